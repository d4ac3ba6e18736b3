// Elements without HTML text: what comes from the API can never become markup.

const SVG = "http://www.w3.org/2000/svg";
const SAFE_ADDRESS = /^(https?:|blob:|[/#])/i; // packages name their own links

/**
 * An element. Attributes with the value null, undefined or false are left out; `on` holds
 * listeners by event name. Children may be nodes, texts, numbers, arrays of those, or nothing.
 */
export function element(name, attributes = {}, ...children) {
  return furnish(document.createElement(name), attributes, children);
}

/** The same for SVG. */
export function drawing(name, attributes = {}, ...children) {
  return furnish(document.createElementNS(SVG, name), attributes, children);
}

function furnish(node, { on = {}, ...attributes }, children) {
  for (const [key, value] of Object.entries(attributes)) setAttribute(node, key, value);
  for (const [event, listener] of Object.entries(on)) node.addEventListener(event, listener);
  node.append(...present(children));
  return node;
}

function setAttribute(node, key, value) {
  if (value === null || value === undefined || value === false) return;
  if (key === "href" && !SAFE_ADDRESS.test(value)) return;
  node.setAttribute(key, value === true ? "" : value);
}

function present(children) {
  return children
    .flat(Infinity)
    .filter((child) => child !== null && child !== undefined && typeof child !== "boolean");
}

/** Puts new children in place of the old ones. */
export function replace(node, ...children) {
  node.replaceChildren(...present(children));
  return node;
}

/** The one element with this id; its absence is a mistake in the page. */
export function byId(id) {
  const node = document.getElementById(id);
  if (!node) throw new Error(`The page lacks #${id}`);
  return node;
}
