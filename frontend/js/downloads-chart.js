// A package's downloads over all time, with everything that can be asked of them.

import { query, settle } from "./address.js";
import { ask, packagePath, path } from "./api.js";
import { drawChart } from "./chart.js";
import { sectionHead, segments, tableOnDemand } from "./controls.js";
import { element, replace } from "./dom.js";
import { count, day, month, plural } from "./format.js";
import { load } from "./loading.js";
import { readoutLine, writeReadout } from "./readout.js";
import { saveCsv, savePng } from "./saving.js";
import {
  RANGES,
  complete,
  gaps,
  incompleteEnd,
  seconds,
  sevenDayAverage,
  unusual,
  within,
} from "./series.js";

const STEPS = { average: "7-day average", day: "Day", week: "Week", month: "Month" };
const SERIES = { without: "Without mirrors", with: "With mirrors", both: "Both" };
const DEFAULTS = { range: "1y", by: "average", mirrors: "without" };
const LINES = {
  without: { key: "downloads", title: "Without mirrors", colour: "--series-1", tone: "series-1" },
  with: { key: "with_mirrors", title: "With mirrors", colour: "--series-2", tone: "series-2" },
};

/** Fills `section` with the chart of a package. */
export function furnishDownloadsChart(section, name) {
  const view = { name, choice: choiceIn(query()), histories: new Map(), section };
  view.readout = readoutLine();
  view.holder = element("div", { class: "chart" });
  view.notes = element("div", { class: "chart-notes" });
  view.actions = element("div", { class: "actions" });
  view.table = element("div");
  view.body = element("div", {}, view.readout, view.holder, view.notes);
  replace(
    section,
    head(view),
    element("figure", { class: "block" }, view.body),
    view.actions,
    view.table,
  );
  show(view);
}

function choiceIn(asked) {
  const pick = (value, choices, usual) => (value in choices ? value : usual);
  return {
    range: pick(asked.range, RANGES, DEFAULTS.range),
    by: pick(asked.by, STEPS, DEFAULTS.by),
    mirrors: pick(asked.mirrors, SERIES, DEFAULTS.mirrors),
  };
}

function head(view) {
  const group = (label, key, choices) =>
    segments(label, choices, view.choice[key], (value) => choose(view, key, value));
  return [
    sectionHead("Downloads over time"),
    element(
      "div",
      { class: "controls" },
      group(
        "Range",
        "range",
        Object.entries(RANGES).map(([value, { title }]) => [value, title]),
      ),
      group("Counted by", "by", Object.entries(STEPS)),
      group("Mirrors", "mirrors", Object.entries(SERIES)),
    ),
  ];
}

function choose(view, key, value) {
  view.choice[key] = value;
  settle({ [key]: value === DEFAULTS[key] ? "" : value });
  show(view);
}

function show(view) {
  const by = view.choice.by === "average" ? "day" : view.choice.by;
  return load(
    view.body,
    () => historyOf(view, by),
    (answer) => draw(view, answer),
  );
}

function historyOf(view, granularity) {
  const address = path(packagePath(view.name, "/history"), { series: "both", granularity });
  if (!view.histories.has(address)) {
    const asked = ask(address);
    asked.catch(() => view.histories.delete(address));
    view.histories.set(address, asked);
  }
  return view.histories.get(address);
}

async function draw(view, answer) {
  const points = within(answer.points, view.choice.range);
  replace(view.body, view.readout, view.holder, view.notes);
  if (points.length === 0) {
    return replace(view.body, element("p", { class: "note" }, "No downloads are recorded yet."));
  }
  const shown = linesShown(view.choice.mirrors, answer.points, points.length);
  view.chart?.destroy();
  view.chart = await drawChart(view.holder, {
    x: points.map(({ date }) => seconds(date)),
    lines: shown.flatMap((line) => linesOf(line, points, view.choice.by)),
    label: `Downloads of ${view.name}. Use the arrow keys to read them one by one.`,
    onRead: (position) => read(view, points[position], position, shown),
  });
  const notes = remarks(points, view.choice.by).map((text) => element("p", {}, text));
  replace(view.notes, notes);
  replace(view.actions, actions(view, points));
  return replace(view.table, numbersTable(points, view.choice.by));
}

/** The lines asked for; averages look back beyond the first of the `length` newest points. */
function linesShown(mirrors, all, length) {
  const chosen = mirrors === "both" ? ["without", "with"] : [mirrors];
  return chosen.map((which) => ({
    ...LINES[which],
    average: sevenDayAverage(all.map((point) => point[LINES[which].key])).slice(-length),
  }));
}

function linesOf({ key, colour, average }, points, by) {
  const values = complete(points, key);
  if (by === "average") {
    return [
      { values, colour: "--line-strong", width: 0.75 },
      { values: average, colour, width: 2.25 },
      dots(points, key),
    ];
  }
  const end = incompleteEnd(points, key);
  return [{ values, colour }, end && { values: end, colour, dash: [4, 4] }, dots(points, key)].filter(
    Boolean,
  );
}

const dots = (points, key) => ({ values: unusual(points, key), colour: "--bad", dots: true });

function read(view, point, position, shown) {
  const entries = shown.flatMap((line) => entriesAt(line, point, position, view.choice.by));
  const remark = point.incomplete ? "not complete yet" : point.unusual ? unusualDay(point) : null;
  return writeReadout(view.readout, periodTitle(point.date, view.choice.by), entries, remark);
}

function entriesAt({ key, title, tone, average }, point, position, by) {
  const value = point[key] === null ? "no data" : count(point[key]);
  if (by !== "average") return [[title, value, tone]];
  return [
    [`${title}, average`, count(rounded(average[position])), tone],
    ["that day", value, "note"],
  ];
}

const rounded = (value) => (value === null ? null : Math.round(value));

function periodTitle(date, by) {
  if (by === "month") return month(date);
  return by === "week" ? `Week of ${day(date)}` : day(date);
}

function remarks(points, by) {
  const missing = gaps(points);
  const odd = points.filter((point) => point.unusual).map(({ date }) => day(date));
  const days = missing.map(([first, last]) =>
    first === last ? day(first) : `${day(first)} to ${day(last)}`,
  );
  return [
    missing.length > 0 &&
      `${isDaily(by) ? "The source has no data for" : "Not whole, because days are missing:"} ${listed(days)}. The line is broken there.`,
    odd.length > 0 &&
      `Unusual ${odd.length === 1 ? "day" : "days"}, ringed: ${listed(odd)}. They count as all others do.`,
    ...points.filter((point) => point.automation).map(possibleAutomation).slice(-5),
    points.at(-1).incomplete && !isDaily(by) && `The last ${by} is not over; it is drawn dashed.`,
  ].filter(Boolean);
}

const unusualDay = ({ automation }) =>
  automation ? `unusual day: possible automation, ${onlyOne(automation)}` : "unusual day";

const possibleAutomation = ({ date, automation }) =>
  `Possible automation on ${day(date)}: the jump came ${onlyOne(automation)}.`;

const onlyOne = ({ dimension, label }) =>
  label === "unknown" ? `from an unknown ${dimension} only` : `from ${dimension} ${label} only`;

const isDaily = (by) => by === "day" || by === "average";

const listed = (texts, most = 5) =>
  [...texts.slice(0, most), ...(texts.length > most ? [`${texts.length - most} more`] : [])].join(", ");

function actions(view, points) {
  const file = `${view.name}-downloads-${view.choice.by}`;
  const title = `${view.name}: downloads, ${STEPS[view.choice.by].toLowerCase()}, ${SERIES[view.choice.mirrors].toLowerCase()}`;
  const source = `PyPI Stats, ${day(points[0].date)} to ${day(points.at(-1).date)}`;
  const button = (text, click) =>
    element("button", { class: "button", type: "button", on: { click } }, text);
  return [
    button("Save as PNG", () => savePng(`${file}.png`, view.chart.picture(title, source))),
    button("Save as CSV", () => saveCsv(`${file}.csv`, csvRows(points))),
  ];
}

function csvRows(points) {
  const rows = points.map((point) => [
    point.date,
    point.downloads,
    point.with_mirrors,
    point.incomplete,
    point.unusual,
  ]);
  return [["date", "without_mirrors", "with_mirrors", "incomplete", "unusual"], ...rows];
}

function numbersTable(points, by) {
  const columns = [
    ["Period", false],
    ["Without mirrors", true],
    ["With mirrors", true],
  ];
  const rows = () =>
    points
      .toReversed()
      .map((point) => [
        periodTitle(point.date, by),
        numberOrGap(point.downloads),
        numberOrGap(point.with_mirrors),
      ]);
  return tableOnDemand(`The numbers as a table (${plural(points.length, "row")})`, columns, rows);
}

const numberOrGap = (value) => (value === null ? "no data" : count(value));
