// Downloads by Python version, system and the like: shares as bars, their course on demand.

import { ask, packagePath, path } from "./api.js";
import { chartOnDemand } from "./chart-on-demand.js";
import { sectionHead, segments } from "./controls.js";
import { drawing, element, replace } from "./dom.js";
import { count, day, share } from "./format.js";
import { load } from "./loading.js";
import { seconds } from "./series.js";
import { titleOf } from "./vocabulary.js";

const DIMENSIONS = {
  python: "Python version",
  system: "System",
  installer: "Installer",
  country: "Country",
  version: "Package version",
  file_type: "File type",
};
const SPANS = [
  ["30", "30 days"],
  ["90", "90 days"],
  ["365", "1 year"],
];
const MOST_BARS = 10;
const MOST_LINES = 6;
const DAY_SECONDS = 86_400;
const countries = new Intl.DisplayNames("en", { type: "region" });

/** Fills `section` with the breakdowns of a package. */
export function furnishBreakdowns(section, name) {
  const view = { name, dimension: "python", days: "30" };
  view.body = element("div", { class: "breakdown" });
  view.tabs = element(
    "div",
    { class: "tabs", role: "group", "aria-label": "Break down by" },
    Object.entries(DIMENSIONS).map((entry) => tab(view, entry)),
  );
  const spans = segments("Days", SPANS, view.days, (days) => show(view, { days }));
  replace(
    section,
    sectionHead("Who downloads it", spans),
    view.tabs,
    view.body,
  );
  show(view, {});
}

function tab(view, [dimension, title]) {
  return element(
    "button",
    { type: "button", value: dimension, on: { click: () => show(view, { dimension }) } },
    title,
  );
}

function show(view, changes) {
  Object.assign(view, changes);
  for (const button of view.tabs.children) {
    button.setAttribute("aria-pressed", String(button.value === view.dimension));
  }
  const address = path(packagePath(view.name, `/breakdown/${view.dimension}`), { days: view.days });
  return load(
    view.body,
    () => ask(address),
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
  replace(view.body, barTable(view, answer), answer.series.length > 0 && course(answer));
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
  return chartOnDemand("How the shares moved", {
    x,
    lines: series.slice(0, MOST_LINES).map(({ label, points }, which) => ({
      title: labelTitle(dimension, label),
      values: points.map(part),
      series: which + 1,
    })),
    whenAt: (position) => day(new Date(x[position] * 1000).toISOString()),
    format: share,
    label: "Shares by day.",
  });
}
