const svgNamespace = "http://www.w3.org/2000/svg";

/**
 * Makes an element. Keys of `props`: `class`, `text`, `testid`, `on` (map of event listeners); `true` writes an
 * empty attribute, `false`, `null` and `undefined` write none; everything else is an attribute. Text is never parsed as HTML.
 * @param {Record<string, any>} [props]
 * @param {...(Node|string|null|undefined|false)} children
 */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  // The browser's own default would submit the form around it.
  if (tag === "button") node.type = "button";
  return fill(node, props, children);
}

/**
 * The same for SVG. Looks come from style sheets: the page's policy forbids style attributes.
 * @param {Record<string, any>} [props]
 * @param {...(Node|string|null|undefined|false)} children
 */
export function svg(tag, props = {}, ...children) {
  return fill(document.createElementNS(svgNamespace, tag), props, children);
}

function fill(node, props, children) {
  for (const [key, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (key === "class") node.setAttribute("class", value);
    else if (key === "text") node.textContent = value;
    else if (key === "testid") node.setAttribute("data-testid", value);
    else if (key === "on") for (const [type, listener] of Object.entries(value)) node.addEventListener(type, listener);
    else node.setAttribute(key, value === true ? "" : String(value));
  }
  node.append(...children.filter(Boolean));
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
