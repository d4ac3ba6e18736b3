// The line above a chart that tells the point being read.

import { element, replace } from "./dom.js";

/** An empty read-out; `tall` keeps room for two lines. */
export const readoutLine = (size = "") => element("div", { class: `readout ${size}`.trim() });

/**
 * Shows one point: when, and entries of [title, text, tone]. Gives the same as a sentence for
 * screen readers.
 */
export function writeReadout(line, when, entries, remark = null) {
  replace(
    line,
    element("time", {}, when),
    entries.map(([title, text, tone]) =>
      element("span", { class: `key ${tone}` }, keyText(title, text)),
    ),
    remark && element("span", { class: "note" }, remark),
  );
  const spoken = entries.map(([title, text]) => `${title} ${text}`).join(", ");
  return `${when}: ${spoken}${remark ? `, ${remark}` : ""}`;
}

const keyText = (title, text) => element("span", {}, `${title} `, element("strong", {}, text));
