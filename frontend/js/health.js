// The health score and the labels, opened line by line.

import { ask, packagePath } from "./api.js";
import { chartOnDemand } from "./chart-on-demand.js";
import { element, replace } from "./dom.js";
import { NOTHING, count, day, momentum, sentence, words } from "./format.js";
import { load } from "./loading.js";
import { chip, meter, weekChange } from "./package-table.js";
import { seconds } from "./series.js";
import { titleOf } from "./vocabulary.js";

/** Fills `section` with the explained score of a package. */
export function furnishHealth(section, name) {
  const body = element("div");
  replace(section, element("h2", { class: "unseen" }, "Health and labels"), body);
  return load(
    body,
    () => ask(packagePath(name, "/score")),
    (answer) => draw(body, answer),
  );
}

function draw(body, { health, labels, measures = [], engagement, momentum: trend, history = [] }) {
  const beside = element(
    "div",
    {},
    labelColumn(labels),
    momentumColumn(trend),
    communityColumn(engagement, measures),
  );
  replace(body, element("div", { class: "halves" }, healthColumn(health, history), beside));
}

function healthColumn(health, history) {
  const column = element(
    "div",
    {},
    element("div", { class: "section-head" }, element("h2", {}, "Health")),
  );
  if (health.score === null || health.score === undefined) {
    column.append(element("p", { class: "note" }, "Too little is known of this package for a score."));
    return column;
  }
  column.append(
    scoreLine(health),
    element("div", { class: "block" }, health.parts.map(part)),
    ...(health.multipliers ?? []).map(adjustment),
  );
  if (history.length > 1) column.append(scoreHistory(history));
  column.append(
    element(
      "p",
      { class: "note block" },
      `Rules ${health.rules_version ?? ""}. What is not known is left out, never counted as zero. `,
      element("a", { href: "/about/#health" }, "How health is made"),
    ),
  );
  return column;
}

function scoreLine({ score, confidence }) {
  return element(
    "div",
    {},
    element("p", { class: "score" }, Math.round(score), element("small", {}, "of 100")),
    element(
      "p",
      { class: "note" },
      `${words(confidence ?? "unknown")} confidence: ${CONFIDENCE[confidence] ?? ""}`,
    ),
  );
}

const CONFIDENCE = {
  high: "nearly all that it looks at is known.",
  medium: "a part of what it looks at is not known.",
  low: "most of what it looks at is not known; take it as a hint.",
};

function part({ name, title, points, of, explanation, would_change: advice, inputs = [] }) {
  const known = points !== null && points !== undefined;
  const got = known ? `${points.toFixed(1)} of ${of}` : "not known";
  return element(
    "details",
    { class: "part" },
    element(
      "summary",
      {},
      element("span", {}, title ?? titleOf(name)),
      meter(known ? points / of : 0, known && points / of < 0.4 ? "low" : ""),
      element("span", { class: "number" }, got),
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

function inputList(inputs) {
  const input = ({ name, value, unit, observed }) => [
    element("dt", {}, words(name)),
    element(
      "dd",
      {},
      valueText(value),
      unit && value !== null && !alreadySaid(unit, name) && ` ${unit}`,
      observed && element("span", { class: "note" }, ` seen ${day(observed)}`),
    ),
  ];
  return element("dl", { class: "facts" }, inputs.map(input));
}

const alreadySaid = (unit, name) => name.split("_").includes(unit);

function valueText(value) {
  if (typeof value === "number") return Number.isInteger(value) ? count(value) : String(value);
  if (typeof value === "boolean") return value ? "yes" : "no";
  return value ?? "not known";
}

const EFFECTS = {
  factor: (amount) => `multiplied by ${amount}`,
  floor: (amount) => `raised to ${amount}`,
  cap: (amount) => `held at ${amount}`,
};

function adjustment({ name, kind, amount, reason }) {
  return element(
    "div",
    { class: "notice caution block" },
    element(
      "p",
      {},
      element("strong", {}, name),
      `: the score is ${EFFECTS[kind]?.(amount) ?? `changed by ${amount}`}`,
    ),
    element("p", { class: "note" }, sentence(reason)),
  );
}

function scoreHistory(history) {
  return chartOnDemand("Score over time", {
    x: history.map(({ week }) => seconds(week)),
    lines: [{ title: "Health", values: history.map(({ health }) => health), series: 1 }],
    whenAt: (position) => `Week of ${day(history[position].week)}`,
    format: (value) => (value === null ? NOTHING : String(Math.round(value))),
    label: "Health by week.",
  });
}

function labelColumn(labels) {
  return element(
    "div",
    {},
    element("div", { class: "section-head" }, element("h2", {}, "Labels")),
    labels.map(label),
  );
}

function label({ name, title, value, rule, explanation, would_change: others = [], inputs = [] }) {
  return element(
    "details",
    { class: "part label" },
    element("summary", {}, element("span", {}, title ?? titleOf(name)), chip(value)),
    element(
      "div",
      {},
      element("p", {}, sentence(explanation)),
      inputs.length > 0 && inputList(inputs),
      others.length > 0 &&
        element(
          "div",
          { class: "note" },
          "Instead it would be",
          element(
            "ul",
            { class: "bullets" },
            others.map((other) => element("li", {}, other.replace(/^\w+(?=:)/, words))),
          ),
        ),
      element("p", { class: "note" }, `Rule that fired: ${rule}`),
    ),
  );
}

function momentumColumn(trend) {
  return element(
    "div",
    { class: "section" },
    element(
      "div",
      { class: "section-head" },
      element("h2", {}, "Momentum"),
      element("a", { class: "note", href: "/about/#momentum" }, "How momentum is made"),
    ),
    trend?.enough_data
      ? momentumFacts(trend)
      : element(
          "p",
          { class: "note" },
          "Too few downloads, or too short a history, to tell a trend from chance.",
        ),
  );
}

function momentumFacts(trend) {
  return element(
    "dl",
    { class: "facts" },
    element("dt", {}, "Six months, against the market"),
    element("dd", {}, momentum(trend.score)),
    element("dt", {}, "This week, against the four before"),
    element("dd", {}, weekChange(trend.week_over_week)),
  );
}

function communityColumn(engagement, measures) {
  if (!engagement && measures.length === 0) return null;
  const score = engagement?.score;
  return element(
    "div",
    { class: "section" },
    element("div", { class: "section-head" }, element("h2", {}, "Community")),
    element(
      "dl",
      { class: "facts" },
      element("dt", {}, "Engagement"),
      element(
        "dd",
        {},
        score === null || score === undefined ? "too little is known" : `${Math.round(score)} of 100`,
      ),
      measures.map((measure) => [
        element("dt", {}, measure.title),
        element("dd", {}, measureText(measure)),
      ]),
    ),
  );
}

function measureText({ value, explanation }) {
  return [
    value === null ? NOTHING : valueText(value),
    element("span", { class: "note" }, ` ${sentence(explanation)}`),
  ];
}
