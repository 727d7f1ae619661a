import { afterQuiet, el } from "../dom.js";
import { dropdown } from "../icons.js";

const shares = [1, 0.5, 0.1, 0.01, 0.001];

/** A dragged slider asks this long after its last movement. Milliseconds. */
const settles = 150;

/**
 * The controls of an experiment.
 * @param {(change: (state: LabState) => Partial<LabState>) => void} onChange
 */
export function createControls(onChange) {
  const element = el("form.lab-controls", { "aria-label": "Settings", submit: (event) => event.preventDefault() });
  let of = "";
  let fields = [];
  const set = (name) => (value) => onChange(() => ({ [name]: value }));

  /** Values are written into the controls that are there, so that a slider keeps the focus while it is dragged. */
  function show(state, options) {
    const family = options.families.find(({ name }) => name === state.family);
    if (of !== `${family.name} ${options.items}`) {
      of = `${family.name} ${options.items}`;
      fields = build(family, options);
      element.replaceChildren(el("h2", "Settings"), ...fields.map(({ node }) => node));
    }
    for (const field of fields) field.show(state);
  }

  function build(family, { families, codes, mostResults }) {
    const numbers = family.controls.map((control) => {
      const write = (value) => onChange(({ settings }) => ({ settings: { ...settings, [control.name]: value } }));
      return slider(control, ({ settings }) => settings[control.name], write);
    });
    const k = { name: "k", label: "k", about: "How many results are asked for.", least: 1, most: Math.min(50, mostResults) };
    const kinds = families.map(({ name, label }) => [name, label]);
    const numbersInCodes = codes.map((code) => [code, code === "none" ? "None (float32)" : code]);
    const passing = shares.map((share) => [share, share === 1 ? "everything" : `${share * 100} % of pictures`]);
    const aboutCodes = "What is compared at each hop: the numbers of a picture in full, in one byte, or in half a byte each.";
    return [
      choice("family", "Index", family.about, kinds, set("family")),
      slider(k, (state) => state.k, set("k")),
      numbers[0],
      family.hasCodes && choice("codes", "Codes", aboutCodes, numbersInCodes, set("codes")),
      family.rescores && toggle("rescore", "Rescoring", "What the codes found is ranked again by exact distances.", set("rescore")),
      choice("share", "Filter lets through", "A filter on random pictures, honoured inside the search.", passing, (share) =>
        set("share")(Number(share)),
      ),
      ...numbers.slice(1),
    ].filter(Boolean);
  }

  return { element, show };
}

const field = (id, label, value, about, input) =>
  el("div.lab-control", el("label", { for: id }, el("span", label), value), input, el("p.caption", { id: `${id}-about` }, about));

const attributes = (id) => ({ id, testid: id, "aria-describedby": `${id}-about` });

function slider({ name, label, about, least, most }, read, write) {
  const id = `lab-${name}`;
  const value = el("output", { for: id });
  const settled = afterQuiet(() => write(Number(input.value)), settles);
  const dragged = () => {
    value.textContent = input.value;
    settled();
  };
  const input = el("input", { type: "range", min: least, max: most, ...attributes(id), input: dragged });
  return {
    node: field(id, label, value, about, input),
    show(state) {
      if (document.activeElement === input && value.textContent === input.value && input.value !== input.dataset.shown) return;
      input.value = value.textContent = input.dataset.shown = read(state);
    },
  };
}

function choice(name, label, about, entries, write) {
  const select = dropdown(entries, write, attributes(`lab-${name}`));
  return { node: field(select.input.id, label, null, about, select.element), show: (state) => (select.input.value = state[name]) };
}

function toggle(name, label, about, write) {
  const box = el("input", { type: "checkbox", ...attributes(`lab-${name}`), change: () => write(box.checked) });
  return { node: field(box.id, label, box, about), show: (state) => (box.checked = state[name]) };
}
