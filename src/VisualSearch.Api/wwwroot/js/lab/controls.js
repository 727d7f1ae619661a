import { afterQuiet, el } from "../dom.js";
import { icon } from "../icons.js";

const shares = [1, 0.5, 0.1, 0.01, 0.001];
const codeNames = { none: "None (float32)", int8: "int8", int4: "int4" };

/** A dragged slider asks this long after its last movement. Milliseconds. */
const settles = 150;

/**
 * The controls of an experiment.
 * @param {(change: Partial<LabState>) => void} onChange
 */
export function createControls(onChange) {
  const element = el("form", { class: "lab-controls", "aria-label": "Settings", on: { submit: (event) => event.preventDefault() } });
  let of = "";
  let fields = [];

  /** Values are written into the controls that are there, so that a slider keeps the focus while it is dragged. */
  function show(state, options) {
    const family = options.families.find(({ name }) => name === state.family);
    if (of !== `${family.name} ${options.items}`) {
      of = `${family.name} ${options.items}`;
      fields = build(family, options, (change) => onChange(change, state));
      element.replaceChildren(...fields.map(({ node }) => node));
    }
    for (const { show: write } of fields) write(state);
  }

  function build(family, options) {
    const numbers = family.controls.map((control) =>
      slider(control, ({ settings }) => settings[control.name], (value) => onChange((state) => ({ settings: { ...state.settings, [control.name]: value } }))),
    );
    const set = (name) => (value) => onChange(() => ({ [name]: value }));
    return [
      choice("family", "Index", family.about, options.families.map(({ name, label }) => [name, label]), (state) => state.family, set("family")),
      slider({ name: "k", label: "k", about: "How many results are asked for.", least: 1, most: Math.min(50, options.mostResults) }, (state) => state.k, set("k")),
      ...numbers.slice(0, 1),
      ...(family.hasCodes
        ? [
            choice("codes", "Codes", "What is compared at each hop: the numbers of a picture in full, in one byte, or in half a byte each.",
              options.codes.map((code) => [code, codeNames[code] ?? code]), (state) => state.codes, set("codes")),
          ]
        : []),
      ...(family.rescores
        ? [
            toggle("rescore", "Rescoring", "What the codes found is ranked again by exact distances.", (state) => state.rescore, set("rescore")),
          ]
        : []),
      choice("share", "Filter lets through", "A filter on random pictures, honoured inside the search.",
        shares.map((share) => [String(share), share === 1 ? "everything" : `${share * 100} % of pictures`]), (state) => String(state.share), (value) => set("share")(Number(value))),
      ...numbers.slice(1),
    ];
  }

  return { element, show };
}

const labelled = (id, label, value, about, input) =>
  el("div", { class: "lab-control" }, el("label", { for: id }, el("span", { text: label }), value), input, el("p", { class: "caption", id: `${id}-about`, text: about }));

function slider({ name, label, about, least, most }, read, write) {
  const id = `lab-${name}`;
  const value = el("output", { for: id });
  const settled = afterQuiet(() => write(Number(input.value)), settles);
  const input = el("input", {
    type: "range", id, min: least, max: most, testid: id, "aria-describedby": `${id}-about`,
    on: { input: () => { value.textContent = input.value; settled(); } },
  });
  return {
    node: labelled(id, label, value, about, input),
    show(state) {
      if (document.activeElement === input && value.textContent === input.value && input.value !== input.dataset.shown) return;
      input.value = value.textContent = input.dataset.shown = String(read(state));
    },
  };
}

function choice(name, label, about, entries, read, write) {
  const id = `lab-${name}`;
  const select = el(
    "select",
    { id, testid: id, "aria-describedby": `${id}-about`, on: { change: () => write(select.value) } },
    ...entries.map(([value, text]) => el("option", { value }, text)),
  );
  return { node: labelled(id, label, null, about, el("span", { class: "select" }, select, icon("down"))), show: (state) => (select.value = read(state)) };
}

function toggle(name, label, about, read, write) {
  const id = `lab-${name}`;
  const box = el("input", { type: "checkbox", id, testid: id, "aria-describedby": `${id}-about`, on: { change: () => write(box.checked) } });
  return { node: labelled(id, label, box, about, null), show: (state) => (box.checked = read(state)) };
}
