// Downloads by release over time: which versions people still install.

import { query, settle } from "./address.js";
import { ask, packagePath, path } from "./api.js";
import { drawChart } from "./chart.js";
import { sectionHead, segments } from "./controls.js";
import { element, replace } from "./dom.js";
import { compact, count, day } from "./format.js";
import { load } from "./loading.js";
import { readoutLine, writeReadout } from "./readout.js";
import { seconds, sevenDayAverage } from "./series.js";
import { breakdownSpan, isoDay, spanIn } from "./span.js";

const GROUPS = [
  ["major", "By major version"],
  ["release", "By release"],
];
const MOST_LINES = "8";
const DAY_SECONDS = 86_400;

/** Fills `section` with a line a major version, or a line a release, over the days of the page. */
export function furnishReleaseDownloads(section, name) {
  const view = { name, group: query().versions === "release" ? "release" : "major" };
  view.readout = readoutLine("tall");
  view.holder = element("div", { class: "chart" });
  view.body = element("figure", { class: "block" }, view.readout, view.holder);
  view.actions = element("div", { class: "actions" });
  const choose = (group) => {
    view.group = group;
    settle({ versions: group === "major" ? "" : group });
    show(view);
  };
  replace(
    section,
    sectionHead("Downloads by release"),
    segments("Versions", GROUPS, view.group, choose),
    view.body,
    view.actions,
  );
  document.addEventListener("spanchange", () => show(view));
  show(view);
}

function show(view) {
  const group = view.group === "major" ? "major" : "";
  const asked = { ...breakdownSpan(spanIn()), drawn: MOST_LINES, group };
  return load(
    view.body,
    () => ask(path(packagePath(view.name, "/breakdown/version"), asked)),
    (answer) => draw(view, answer),
  );
}

async function draw(view, { series, first_day: first }) {
  if (series.length === 0) {
    const nothing = "The source tells no versions of these downloads.";
    return replace(view.body, element("p", { class: "note" }, nothing));
  }
  replace(view.body, view.readout, view.holder);
  const begin = firstCounted(series);
  const days = series[0].points.map((_, at) => seconds(first) + at * DAY_SECONDS);
  const x = days.slice(begin);
  const lines = series.map(({ label, points }, which) => ({
    title: label,
    values: sevenDayAverage(points.slice(begin)),
    colour: `--series-${which + 1}`,
    tone: `series-${which + 1}`,
  }));
  view.chart?.destroy();
  view.chart = await drawChart(view.holder, {
    x,
    lines,
    unit: "downloads a day",
    format: compact,
    label: `Versions of ${view.name} by downloads. Use the arrow keys to read them day by day.`,
    onRead: (at) => writeReadout(view.readout, day(isoDay(x[at])), entriesAt(lines, at)),
  });
  return replace(view.actions, saveButton(view, lines, x));
}

/** The first day of which the source tells versions: the line begins there, not with zeros. */
function firstCounted(series) {
  const firsts = series.map(({ points }) => points.findIndex((value) => value > 0));
  return Math.max(0, Math.min(...firsts.filter((at) => at >= 0)));
}

const entriesAt = (lines, at) =>
  lines.map(({ title, values, tone }) => [title, count(values[at] && Math.round(values[at])), tone]);

function saveButton(view, lines, x) {
  const save = async () => {
    const { saveChart } = await import("./picture.js");
    saveChart(`${view.name}-downloads-by-${view.group}.png`, view.chart, {
      title: `${view.name}: downloads by version, 7-day average, without mirrors`,
      legend: lines,
      source: `PyPI Stats, from PyPI's public download records, ${day(isoDay(x[0]))} to ${day(isoDay(x.at(-1)))}`,
    });
  };
  const button = { class: "button", type: "button", on: { click: save } };
  return element("button", button, "Save versions as PNG");
}
