// The scores of a package and its labels, opened line by line.

import { ask, packagePath } from "./api.js";
import { chartOnDemand } from "./chart-on-demand.js";
import { explainedHead } from "./controls.js";
import { element, replace } from "./dom.js";
import { inputList, valueText } from "./facts.js";
import { NOTHING, day, momentum, sentence, words } from "./format.js";
import { load } from "./loading.js";
import { chip, weekChange } from "./package-table.js";
import { partList, scoreLine } from "./scored-parts.js";
import { seconds } from "./series.js";
import { standing } from "./ranks.js";
import { isGravelyWarnedOf, titleOf } from "./vocabulary.js";

/** Fills `section` with the explained score of a package. */
export function furnishHealth(section, { name, security }) {
  const body = element("div");
  replace(section, element("h2", { class: "unseen" }, "Scores and labels"), body);
  addEventListener("hashchange", openTarget);
  return load(
    body,
    () => ask(packagePath(name, "/score")),
    (answer) => (isGravelyWarnedOf(security) ? drawWarned : draw)(body, answer),
  );
}

function draw(body, { health, labels, measures = [], engagement, momentum: trend, history = [], ranks }) {
  const column = (...parts) => element("div", {}, parts);
  replace(
    body,
    element(
      "div",
      { class: "halves" },
      column(healthPart(health, history), standing(ranks), momentumPart(trend)),
      column(labelPart(labels), communityPart(engagement, measures)),
    ),
  );
  openTarget();
}

/** Of a flagged package the score alone, which says why it is what it is. */
function drawWarned(body, { health }) {
  replace(body, healthPart(health, []));
}

/** A label's chip at the head of the page leads to its explanation here, which opens. */
function openTarget() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target?.closest(".health-section")) return;
  if (target.matches("details")) target.open = true;
  target.scrollIntoView();
}

const CONFIDENCE = {
  high: "nearly all that it looks at is known.",
  medium: "a part of what it looks at is not known.",
  low: "most of what it looks at is not known; take it as a hint.",
};

function healthPart(health, history) {
  const heading = explainedHead("Health", "How health is made", "/about/#health");
  if (health.score === null || health.score === undefined) {
    const excuse = "Too little is known of this package for a score.";
    return element("div", { id: "health" }, heading, element("p", { class: "note" }, excuse));
  }
  const { score, confidence = "unknown", rules_version: version = "" } = health;
  return element(
    "div",
    { id: "health" },
    heading,
    scoreLine(score),
    element("p", { class: "note" }, `${words(confidence)} confidence: ${CONFIDENCE[confidence] ?? ""}`),
    partList(health.parts),
    (health.multipliers ?? []).map(adjustment),
    history.length > 1 && scoreHistory(history),
    element(
      "p",
      { class: "note block" },
      `Rules, version ${version}. What is not known is left out, never counted as zero.`,
    ),
  );
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
    unit: "of 100",
    label: "Health by week.",
  });
}

function labelPart(labels) {
  return element(
    "div",
    {},
    explainedHead("Labels", "How labels are given", "/about/#labels"),
    labels.map(label),
  );
}

function label({ name, title, value, rule, explanation, would_change: others = [], inputs = [] }) {
  return element(
    "details",
    { class: "part label", id: `label-${name}` },
    element("summary", {}, element("span", {}, title ?? titleOf(name)), chip(value)),
    element(
      "div",
      {},
      element("p", {}, sentence(explanation)),
      inputs.length > 0 && inputList(inputs),
      others.length > 0 && instead(others),
      element("p", { class: "note" }, `Rule that fired: ${rule}`),
    ),
  );
}

const instead = (others) =>
  element(
    "div",
    { class: "note" },
    "Instead it would be",
    element(
      "ul",
      { class: "bullets" },
      others.map((other) => element("li", {}, other.replace(/^\w+(?=:)/, words))),
    ),
  );

function momentumPart(trend) {
  return element(
    "div",
    { class: "section" },
    explainedHead("Momentum", "How momentum is made", "/about/#momentum"),
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

function communityPart(engagement, measures) {
  if (!engagement && measures.length === 0) return null;
  return element(
    "div",
    { class: "section", id: "community" },
    explainedHead("Community", "How engagement is made", "/about/#community"),
    engagement && engagementScore(engagement),
    element(
      "dl",
      { class: "facts block" },
      measures.map((measure) => [
        element("dt", {}, measure.title),
        element("dd", {}, measureText(measure)),
      ]),
    ),
  );
}

function engagementScore({ score, parts }) {
  if (score === null || score === undefined)
    return element("p", { class: "note" }, "Too little is known of its repository to score engagement.");
  return [
    scoreLine(score),
    element("p", { class: "note" }, "Engagement: how much people take part in its repository."),
    partList(parts),
  ];
}

const measureText = ({ value, explanation }) => [
  value === null ? NOTHING : element("strong", {}, valueText(value)),
  element("span", { class: "note" }, ` ${sentence(explanation)}`),
];
