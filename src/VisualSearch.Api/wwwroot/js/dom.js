/**
 * Makes an element: `el("button.quiet.small@close", { title: "Close", click: close }, icon("close"))`. `.` begins a class, `@` the name
 * by which tests find it. Of the properties, which may be left out, functions listen; `true` writes an empty attribute, `false`, `null`
 * and `undefined` write none. Children are nodes, texts (never parsed as HTML), lists of them, or nothing.
 */
export const el = (what, ...rest) => make((tag) => document.createElement(tag), what, rest);

/** The same for SVG. Looks come from style sheets: the page's policy forbids style attributes. */
export const svg = (what, ...rest) => make((tag) => document.createElementNS("http://www.w3.org/2000/svg", tag), what, rest);

function make(create, what, children) {
  const [path, testid] = what.split("@");
  const [tag, ...classes] = path.split(".");
  const { class: more, ...props } = children[0]?.constructor === Object ? children.shift() : {};
  const node = create(tag);
  // The browser's own default would submit the form around it.
  if (tag === "button") node.type = "button";
  if (more) classes.push(more);
  if (classes.length > 0) node.setAttribute("class", classes.join(" "));
  for (const [name, value] of Object.entries({ testid, ...props })) {
    if (typeof value === "function") node.addEventListener(name, value);
    else if (value !== null && value !== undefined && value !== false)
      node.setAttribute(name === "testid" ? "data-testid" : name, value === true ? "" : value);
  }
  node.append(...children.flat().filter(Boolean));
  return node;
}

/** Says something to screen readers without moving the focus. */
export function announce(message) {
  const announcer = document.getElementById("announcer");
  if (announcer) announcer.textContent = message;
}

/** Calls `action` once, `delayMs` after the last call. */
export function afterQuiet(action, delayMs) {
  let timer = 0;
  return (...args) => {
    clearTimeout(timer);
    timer = setTimeout(() => action(...args), delayMs);
  };
}
