// Colours of the style sheet, for what is drawn on a canvas.

import { element } from "./dom.js";

/** The colour that a custom property stands for in the present theme. */
export function colourOf(property) {
  const probe = element("span");
  probe.style.color = `var(${property})`;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
