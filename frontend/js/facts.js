// The facts that scores and lists are made of, as lines to read.

import { element } from "./dom.js";
import { compact, contributors, count, day, momentum, words } from "./format.js";

const MANY = 100_000; // from here on digits tell less than magnitude

/** Facts as a list: name, value with unit, and the day its source was read. */
export function inputList(inputs) {
  const input = (each) => [
    element("dt", {}, words(each.name)),
    element(
      "dd",
      {},
      each.name === "contributors" && each.value ? contributors(each.value) : valueText(each.value),
      unitText(each),
      each.observed && element("span", { class: "note" }, ` seen ${day(each.observed)}`),
    ),
  ];
  return element("dl", { class: "facts" }, inputs.map(input));
}

/** The same facts in one line, for a row of a list. */
export function inlineFacts(inputs) {
  const told = inputs.filter(({ value }) => typeof value === "number");
  const fact = (each) =>
    element("li", {}, `${words(each.name)} `, element("strong", {}, shortText(each)), unitText(each));
  return element("ul", { class: "inline-facts" }, told.map(fact));
}

function unitText({ name, value, unit }) {
  const said = !unit || unit.startsWith("ln ") || name.split("_").includes(unit);
  return said || value === null ? null : ` ${unit}`;
}

function shortText({ name, value }) {
  if (name === "momentum") return momentum(value);
  if (typeof value === "number" && value >= MANY) return compact(value);
  return valueText(typeof value === "number" ? Math.round(value * 10) / 10 : value);
}

/** A fact's value in words. */
export function valueText(value) {
  if (typeof value === "number") return Number.isInteger(value) ? count(value) : String(value);
  if (typeof value === "boolean") return value ? "yes" : "no";
  return value ?? "not known";
}
