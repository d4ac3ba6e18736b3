// The scoring's definitions as tables and sentences: nothing here knows a rule of its own.

import { element } from "./dom.js";
import { plural, sentence, words } from "./format.js";
import { chip } from "./package-table.js";

/** The parts of the health score, then what changes it afterwards. */
export function describeHealth({ health, rules_version: version }) {
  const { meaning, formula, parts, adjustments, confidence_meaning: confidence } = health;
  return [
    element(
      "div",
      { class: "prose" },
      element("p", {}, sentence(meaning)),
      element("p", { class: "formula" }, sentence(formula)),
      element("p", {}, `Confidence is ${confidence}: ${thresholds(health.confidence)}.`),
    ),
    partTable("Parts of the health score", parts),
    element("h3", { class: "section-space" }, "Then, in this order"),
    adjustments.map(adjustment),
    element(
      "p",
      { class: "note block" },
      `Rules, version ${version}. The version is stored beside every score.`,
    ),
  ];
}

const thresholds = (levels) =>
  Object.entries(levels)
    .sort(([, one], [, other]) => other - one)
    .map(([word, least]) => `${word} from ${Math.round(least * 100)} %`)
    .join(", ");

function partTable(caption, parts) {
  return table(caption, ["Part", "Weight", "How its points are given", "Source"], parts.map(partRow));
}

function partRow({ name, weight, meaning, curve, source }) {
  return [
    words(name),
    weight,
    [sentence(meaning), element("p", { class: "note" }, sentence(curve.formula))],
    element("span", { class: "note" }, source),
  ];
}

const EFFECTS = {
  factor: "multiplies the score by",
  floor: "raises the score to at least",
  cap: "lowers the score to at most",
};

function adjustment({ title, meaning, kind, amounts, rules }) {
  const effects = Object.entries(amounts).map(([value, amount]) =>
    element("li", {}, chip(value), ` ${EFFECTS[kind]} ${amount}`),
  );
  return element(
    "details",
    { class: "part rules" },
    element(
      "summary",
      {},
      element("span", {}, title),
      element("span", { class: "note" }, plural(rules.length, "rule")),
    ),
    element(
      "div",
      {},
      element("p", {}, sentence(meaning)),
      element("ul", { class: "list" }, effects),
      ruleTable(title, rules),
    ),
  );
}

/** How momentum is made. */
export function describeMomentum({ momentum }) {
  const { title: _title, meaning, formula, breaks, week, ...numbers } = momentum;
  return element(
    "div",
    { class: "prose" },
    element("p", {}, sentence(meaning)),
    element("p", { class: "formula" }, sentence(formula)),
    element(
      "p",
      {},
      `Pages show it in hundredths: +8.1 is steady growth of about eight per cent in four weeks above the market.`,
    ),
    element("p", {}, sentence(week)),
    element("p", {}, sentence(breaks)),
    element(
      "dl",
      { class: "facts" },
      Object.entries(numbers).map(([name, value]) => [
        element("dt", {}, words(name)),
        element("dd", {}, String(value)),
      ]),
    ),
  );
}

/** How ranks are given, and by what. */
export function describeRanks({ rankings }) {
  const { rule, measures } = rankings;
  return element(
    "div",
    { class: "prose" },
    element("p", {}, sentence(rule)),
    element(
      "dl",
      { class: "facts" },
      measures.map(({ name, meaning }) => [
        element("dt", {}, words(name)),
        element("dd", {}, sentence(meaning)),
      ]),
    ),
  );
}

/** How engagement and the measures of a repository are made. */
export function describeCommunity({ engagement, measures }) {
  return [
    element(
      "div",
      { class: "prose" },
      element("p", {}, sentence(engagement.meaning)),
      element("p", { class: "formula" }, sentence(engagement.formula)),
    ),
    partTable("Parts of engagement", engagement.parts),
    element(
      "dl",
      { class: "facts section-space" },
      measures.map(({ title, meaning }) => [
        element("dt", {}, title),
        element("dd", {}, sentence(meaning)),
      ]),
    ),
  ];
}

/** Every label: what it means, and its rules in their order. */
export function describeLabels({ labels = [] }) {
  return [
    element(
      "p",
      { class: "prose" },
      "The rules of a label are tried in this order; the first that fits gives the value. A fact that is not known fits no rule but those that ask for it.",
    ),
    labels.map(label),
  ];
}

function label({ name, title, meaning, rules }) {
  return element(
    "details",
    { class: "part rules", id: `label-${name}` },
    element(
      "summary",
      {},
      element("span", {}, title),
      element("span", { class: "note" }, plural(rules.length, "rule")),
    ),
    element("div", {}, element("p", {}, sentence(meaning)), ruleTable(title, rules)),
  );
}

const ruleTable = (title, rules) =>
  table(`Rules of ${title}`, ["No.", "Value", "Because", "When"], rules.map(ruleRow));

const ruleRow = ({ number, value, because, when }) => [
  number,
  chip(value),
  sentence(because),
  element("span", { class: "note" }, when.length ? conditions(when) : "nothing else fits"),
];

const conditions = (list) => list.map((each) => each.words).join(" and ");

/** Every insight list and who belongs to it. */
export function describeInsights({ insights, families }) {
  return [
    element("p", { class: "prose" }, sentence(families)),
    element("div", { class: "cards block" }, insights.map(insight)),
  ];
}

function insight({ name, title, meaning, rules, order, for_all: always }) {
  return element(
    "div",
    { class: "card" },
    element("h3", {}, element("a", { href: `/insights/${encodeURIComponent(name)}/` }, title)),
    element("p", {}, sentence(meaning)),
    element(
      "ul",
      { class: "bullets note" },
      rules.map(({ because }) => element("li", {}, sentence(because))),
    ),
    element(
      "p",
      { class: "note" },
      `All of them: ${always.because}. Ordered by ${words(order).toLowerCase()}.`,
    ),
  );
}

function table(caption, headings, rows) {
  return element(
    "div",
    {
      class: "table-scroll roomy",
      tabindex: 0,
      role: "region",
      "aria-label": caption,
    },
    element(
      "table",
      {},
      element(
        "thead",
        {},
        element(
          "tr",
          {},
          headings.map((title) => element("th", { scope: "col" }, title)),
        ),
      ),
      element(
        "tbody",
        {},
        rows.map((cells) =>
          element(
            "tr",
            {},
            cells.map((cell, at) => element(at ? "td" : "th", at ? {} : { scope: "row" }, cell)),
          ),
        ),
      ),
    ),
  );
}
