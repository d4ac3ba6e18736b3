// Downloads by Python version, system and the like: shares as bars, their course on demand.

import { query, settle } from "./address.js";
import { ask, packagePath, path } from "./api.js";
import { chartOnDemand } from "./chart-on-demand.js";
import { sectionHead } from "./controls.js";
import { drawing, element, replace } from "./dom.js";
import { count, day, share } from "./format.js";
import { load } from "./loading.js";
import { RANGES, seconds } from "./series.js";
import { breakdownSpan, spanIn } from "./span.js";
import { titleOf } from "./vocabulary.js";

const DIMENSIONS = {
  python: "Python version",
  system: "System",
  installer: "Installer",
  country: "Country",
  version: "Package version",
  file_type: "File type",
};
const USUAL_TAB = "python";
const MOST_BARS = 10;
const MOST_LINES = 6;
const DAY_SECONDS = 86_400;
const countries = new Intl.DisplayNames("en", { type: "region" });

/** Fills `section` with the breakdowns of a package. */
export function furnishBreakdowns(section, name) {
  const { tab: asked } = query();
  const view = { name, dimension: asked in DIMENSIONS ? asked : USUAL_TAB };
  view.body = element("div", { class: "breakdown" });
  view.tabs = element(
    "div",
    { class: "tabs", role: "group", "aria-label": "Break down by" },
    Object.entries(DIMENSIONS).map((entry) => tab(view, entry)),
  );
  view.days = element("span", { class: "note" });
  replace(
    section,
    sectionHead("Who downloads it", view.days),
    view.tabs,
    view.body,
  );
  document.addEventListener("spanchange", () => show(view, {}));
  show(view, {});
}

function tab(view, [dimension, title]) {
  return element(
    "button",
    { type: "button", value: dimension, on: { click: () => choose(view, dimension) } },
    title,
  );
}

function choose(view, dimension) {
  settle({ tab: dimension === USUAL_TAB ? "" : dimension });
  show(view, { dimension });
}

/** The same days as the chart above, by its words. */
function daysText({ range, from, to }) {
  if (from) return `${day(from)} to ${day(to)}`;
  return range === "all" ? "the last five years" : RANGES[range].words;
}

function show(view, changes) {
  Object.assign(view, changes);
  replace(view.days, daysText(spanIn()));
  for (const button of view.tabs.children) {
    button.setAttribute("aria-pressed", String(button.value === view.dimension));
  }
  view.address = (drawn) =>
    path(packagePath(view.name, `/breakdown/${view.dimension}`), { ...breakdownSpan(spanIn()), drawn });
  return load(
    view.body,
    () => ask(view.address("0")),
    (answer) => draw(view, answer),
  );
}

function draw(view, answer) {
  view.body.classList.toggle("is-empty", answer.labels.length === 0);
  if (answer.labels.length === 0) {
    return replace(
      view.body,
      element("p", { class: "note block" }, "The source does not break these downloads down."),
    );
  }
  const address = view.address(String(MOST_LINES));
  const moved = async () => course(await ask(address));
  replace(view.body, barTable(view, answer), chartOnDemand("How the shares moved", moved));
}

function barTable(view, { labels, dimension }) {
  const shown = labels.slice(0, MOST_BARS);
  const rest = labels.slice(MOST_BARS);
  const sum = (key) => rest.reduce((total, label) => total + label[key], 0);
  const rows = rest.length
    ? [...shown, { title: `${rest.length} more`, downloads: sum("downloads"), share: sum("share") }]
    : shown;
  const longest = Math.max(...rows.map((row) => row.share), 0.01);
  return element(
    "table",
    { class: "bars" },
    element("caption", { class: "unseen" }, `Downloads by ${DIMENSIONS[dimension].toLowerCase()}`),
    element(
      "thead",
      {},
      element(
        "tr",
        {},
        heading(DIMENSIONS[dimension]),
        heading("", "bar"),
        heading("Share", "number"),
        heading("Downloads", "number"),
      ),
    ),
    element(
      "tbody",
      {},
      rows.map((row) => barRow(row, row.title ?? labelTitle(dimension, row.label), longest)),
    ),
  );
}

const heading = (text, kind) =>
  kind === "bar"
    ? element("td", { "aria-hidden": "true" })
    : element("th", { scope: "col", class: kind }, text);

function barRow({ downloads, share: part }, title, longest) {
  return element(
    "tr",
    {},
    element("th", { scope: "row" }, title),
    element("td", { class: "series-1", "aria-hidden": "true" }, bar(part / longest)),
    element("td", { class: "number" }, share(part)),
    element("td", { class: "number" }, count(downloads)),
  );
}

const bar = (part) =>
  drawing("svg", { class: "bar" }, drawing("rect", { width: `${part * 100}%`, height: "100%", rx: 2 }));

/** What a label is called: unknown is said, codes are spelled out. */
export function labelTitle(dimension, label) {
  if (label === "" || label === "unknown" || label === "null") return "Unknown";
  if (dimension === "country") return /^[A-Z]{2}$/.test(label) ? countries.of(label) : label;
  return dimension === "file_type" || dimension === "system" ? titleOf(label) : label;
}

function course({ series, first_day: first, dimension }) {
  const x = series[0].points.map((_, position) => seconds(first) + position * DAY_SECONDS);
  const totals = x.map((_, at) => series.reduce((sum, { points }) => sum + (points[at] ?? 0), 0));
  const part = (value, at) => (value === null || totals[at] === 0 ? null : value / totals[at]);
  return {
    x,
    lines: series.map(({ label, points }, which) => ({
      title: labelTitle(dimension, label),
      values: points.map(part),
      series: which + 1,
    })),
    whenAt: (position) => day(new Date(x[position] * 1000).toISOString()),
    format: share,
    unit: "share of these labels",
    label: "Shares by day.",
  };
}
