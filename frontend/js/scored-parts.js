// A score and its parts, each opened on demand: health and engagement look the same.

import { element } from "./dom.js";
import { inputList } from "./facts.js";
import { points, sentence } from "./format.js";
import { meter } from "./package-table.js";
import { titleOf } from "./vocabulary.js";

const LITTLE = 0.4; // share of a part's points below which its bar warns

/** The number of a score, or that there is none. */
export function scoreLine(score) {
  return element("p", { class: "score" }, Math.round(score), element("small", {}, "of 100"));
}

/** The parts of a score. */
export const partList = (parts) => element("div", { class: "block" }, parts.map(part));

function part({ name, title, points: got, of, explanation, would_change: advice, inputs = [] }) {
  const known = got !== null && got !== undefined;
  const text = known ? `${points(got)} of ${points(of)}` : "not known";
  return element(
    "details",
    { class: "part" },
    element(
      "summary",
      {},
      element("span", {}, title ?? titleOf(name)),
      meter(known ? got / of : 0, known && got / of < LITTLE ? "low" : ""),
      element("span", { class: "number" }, text),
    ),
    element(
      "div",
      {},
      explanation && element("p", {}, sentence(explanation)),
      inputs.length > 0 && inputList(inputs),
      advice && element("p", { class: "note" }, `What would raise it: ${sentence(advice)}`),
    ),
  );
}
