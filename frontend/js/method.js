// The scoring's definitions as tables and sentences: nothing here knows a rule of its own.

import { element } from "./dom.js";
import { words } from "./format.js";
import { sentence } from "./health.js";
import { chip } from "./package-table.js";

/** The parts of the health score, then what changes it afterwards. */
export function describeHealth({ health, rules_version: version }) {
  const { parts = [], adjustments = [] } = Array.isArray(health) ? { parts: health } : health;
  return [
    element("p", { class: "prose" }, "Health is a number from 0 to 100: the weighted mean of the parts below. A part whose facts are not known is left out of the mean, so it neither helps nor hurts; how much of the weight was known is told as confidence."),
    table(["Part", "Weight", "How its points are given", "Source"], parts.map(partRow)),
    adjustments.length > 0 && element("h3", { class: "section-space" }, "Then"),
    adjustments.map(adjustment),
    element("p", { class: "note block" }, `Rules, version ${version}.`),
  ];
}

function partRow({ name, title, weight, meaning, formula, curve, source, thresholds }) {
  const how = [meaning && sentence(meaning), element("p", { class: "note" }, formula ?? curve?.formula ?? thresholdText(thresholds))];
  return [title ?? words(name), weight, how, source && element("span", { class: "note" }, source)];
}

const thresholdText = (thresholds = {}) => Object.entries(thresholds).map(([name, value]) => `${words(name)}: ${value}`).join("; ");

const EFFECTS = { factor: "multiplied by", floor: "raised to at least", cap: "lowered to at most" };

function adjustment({ title, name, meaning, kind, amounts = {} }) {
  const effects = Object.entries(amounts).map(([value, amount]) => element("li", {}, chip(value), ` ${EFFECTS[kind] ?? ""} ${amount}`));
  return element("div", { class: "card section-space" }, element("h4", {}, title ?? words(name)), meaning && element("p", {}, sentence(meaning)), element("ul", { class: "list" }, effects));
}

/** How momentum is made. */
export function describeMomentum({ momentum = {} }) {
  const { meaning, formula, thresholds = {}, source, ...more } = momentum;
  return element(
    "div",
    { class: "prose" },
    meaning && element("p", {}, sentence(meaning)),
    formula && element("p", { class: "code" }, formula),
    element("p", {}, "Pages show it in hundredths: +8.1 is a steady growth of about eight per cent in four weeks above the market."),
    factTable({ ...plainValues(more), ...thresholds }),
    source && element("p", { class: "note" }, sentence(source)),
  );
}

const HIDDEN = new Set(["name", "title"]);

const plainValues = (more) => Object.fromEntries(Object.entries(more).filter(([name, value]) => !HIDDEN.has(name) && typeof value !== "object"));

function factTable(facts) {
  const entries = Object.entries(facts);
  if (entries.length === 0) return null;
  return element("dl", { class: "facts" }, entries.map(([name, value]) => [element("dt", {}, words(name)), element("dd", {}, String(value))]));
}

/** Every label: what it means, and its rules in their order. */
export function describeLabels({ labels = [] }) {
  return [
    element("p", { class: "prose" }, "The rules of a label are tried in this order; the first that fits gives the value. A fact that is not known fits no rule but those that ask for it."),
    labels.map(label),
  ];
}

function label({ name, title, meaning, rules = [] }) {
  return element(
    "details",
    { class: "part rules", id: `label-${name}` },
    element("summary", {}, element("span", {}, title ?? words(name)), element("span", { class: "note" }, `${rules.length} rules`)),
    element("div", {}, meaning && element("p", {}, sentence(meaning)), table(["No.", "Value", "Because", "When"], rules.map(ruleRow))),
  );
}

const ruleRow = ({ number, value, because, when = [] }) => [number, chip(value), sentence(because), element("span", { class: "note" }, when.length ? conditions(when) : "nothing else fits")];

const conditions = (list) => list.map((each) => each.words ?? String(each)).join(" and ");

/** Every insight list and who belongs to it. */
export function describeInsights({ insights = [] }) {
  return element("div", { class: "cards" }, insights.map(insight));
}

function insight({ name, title, meaning, formula, rules = [], order }) {
  return element(
    "div",
    { class: "card" },
    element("h3", {}, element("a", { href: `/insights/${encodeURIComponent(name)}/` }, title ?? words(name))),
    element("p", {}, sentence(meaning)),
    rules.length > 0 ? element("ul", { class: "list note" }, rules.map((when) => element("li", {}, sentence(conditions([when].flat()))))) : element("p", { class: "note" }, formula),
    order && element("p", { class: "note" }, `Ordered by ${words(order).toLowerCase()}.`),
  );
}

function table(headings, rows) {
  return element(
    "div",
    { class: "table-scroll", tabindex: 0, role: "region", "aria-label": `${headings[0]}: a table, scrollable` },
    element(
      "table",
      {},
      element("thead", {}, element("tr", {}, headings.map((title) => element("th", { scope: "col" }, title)))),
      element("tbody", {}, rows.map((cells) => element("tr", {}, cells.map((cell, at) => element(at ? "td" : "th", at ? {} : { scope: "row" }, cell))))),
    ),
  );
}
