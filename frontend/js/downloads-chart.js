// A package's downloads over all time, with everything that can be asked of them.

import { query, settle } from "./address.js";
import { ask, packagePath, path } from "./api.js";
import { drawChart } from "./chart.js";
import { labelledDay, sectionHead, segments, tableOnDemand } from "./controls.js";
import { element, replace } from "./dom.js";
import { compact, count, day, month, plural } from "./format.js";
import { load } from "./loading.js";
import { readoutLine, writeReadout } from "./readout.js";
import { markedReleases } from "./release-marks.js";
import {
  RANGES,
  complete,
  gaps,
  indexed,
  partial,
  seconds,
  sevenDayAverage,
  spanned,
  unusual,
} from "./series.js";
import { USUAL_RANGE, chooseSpan, isoDay, spanIn } from "./span.js";

export const STEPS = { average: "7-day average", day: "Day", week: "Week", month: "Month" };
export const SERIES = { without: "Without mirrors", with: "With mirrors", both: "Both" };
const SCALES = { linear: "Linear", log: "Logarithmic", index: "Index 100" };
const DEFAULTS = { by: "average", mirrors: "without", scale: "linear" };
export const LINES = {
  without: { key: "downloads", title: "Without mirrors", colour: "--series-1", tone: "series-1" },
  with: { key: "with_mirrors", title: "With mirrors", colour: "--series-2", tone: "series-2" },
};
const STEP_SECONDS = { average: 86_400, day: 86_400, week: 604_800, month: 2_629_800 };
const BARS = { without: 0.55, with: 0.85 }; // of a step: one stands before the other

/** Fills `section` with the chart of a package. */
export function furnishDownloadsChart(section, pkg) {
  const view = { name: pkg.name, pkg, choice: choiceIn(query()), histories: new Map(), section };
  view.readout = readoutLine();
  view.holder = element("div", { class: "chart" });
  view.notes = element("div", { class: "chart-notes" });
  view.actions = element("div", { class: "actions" });
  view.table = element("div");
  view.body = element("div", {}, view.readout, view.holder, view.notes);
  view.spans = element("div", { class: "controls" });
  replace(
    section,
    head(view),
    element("figure", { class: "block" }, view.body),
    view.actions,
    view.table,
  );
  document.addEventListener("spanchange", () => (showSpan(view), show(view)));
  showSpan(view);
  show(view);
}

function choiceIn(asked) {
  const pick = (value, choices, usual) => (value in choices ? value : usual);
  return {
    by: pick(asked.by, STEPS, DEFAULTS.by),
    mirrors: pick(asked.mirrors, SERIES, DEFAULTS.mirrors),
    scale: pick(asked.scale, SCALES, DEFAULTS.scale),
  };
}

function head(view) {
  const group = (label, key, choices) =>
    segments(label, Object.entries(choices), view.choice[key], (value) => choose(view, key, value));
  return [
    sectionHead("Downloads over time"),
    view.spans,
    element(
      "div",
      { class: "controls" },
      group("Counted by", "by", STEPS),
      group("Mirrors", "mirrors", SERIES),
      group("Scale", "scale", SCALES),
    ),
  ];
}

/** The range, or days of one's own, for all that the page shows. */
function showSpan(view) {
  const span = spanIn();
  const titles = Object.entries(RANGES).map(([value, { title }]) => [value, title]);
  const own = ({ from = span.from, to = span.to }) =>
    from && to && from <= to && chooseSpan({ from, to });
  replace(
    view.spans,
    segments("Range", titles, span.from ? null : span.range, (range) => chooseSpan({ range })),
    labelledDay("From", span.from, (from) => own({ from, to: span.to ?? view.last })),
    labelledDay("to", span.to, (to) => own({ to, from: span.from ?? view.first })),
  );
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
  const { by, scale, mirrors } = view.choice;
  const points = spanned(answer.points, spanIn());
  Object.assign(view, { first: points[0]?.date ?? answer.from, last: points.at(-1)?.date ?? answer.to });
  replace(view.body, view.readout, view.holder, view.notes);
  if (points.length === 0) {
    return replace(view.body, element("p", { class: "note" }, "No downloads are recorded for these days."));
  }
  const shown = linesShown(mirrors, answer.points, points);
  const isIndex = scale === "index";
  view.chart?.destroy();
  view.chart = await drawChart(view.holder, {
    x: points.map(({ date }) => seconds(date)),
    step: STEP_SECONDS[by],
    lines: shown.flatMap((line) => linesOf(line, points, by, isIndex)),
    log: scale === "log",
    unit: isIndex ? "first = 100" : `downloads a ${isDaily(by) ? "day" : by}`,
    format: isIndex ? (value) => count(Math.round(value)) : compact,
    marks: markedReleases(view.pkg.releases ?? [], view.first, view.last),
    label: `Downloads of ${view.name}. Use the arrow keys to read them one by one.`,
    onRead: (position) => read(view, points[position], position, shown),
    onZoom: (from, to) => chooseSpan({ from: isoDay(from), to: isoDay(to) }),
  });
  const notes = remarks(points, by).map((text) => element("p", {}, text));
  replace(view.notes, notes);
  replace(view.actions, actions(view, points, shown));
  return replace(view.table, numbersTable(points, by));
}

/** The lines asked for; averages look back beyond the first of the points shown. */
function linesShown(mirrors, all, points) {
  const chosen = mirrors === "both" ? ["with", "without"] : [mirrors];
  const first = all.indexOf(points[0]);
  return chosen.map((which) => ({
    ...LINES[which],
    bar: BARS[which],
    average: sevenDayAverage(all.map((point) => point[LINES[which].key])).slice(
      first,
      first + points.length,
    ),
  }));
}

function linesOf({ key, colour, average, bar }, points, by, isIndex) {
  const own = isIndex ? indexed : (values) => values;
  const raw = points.map((point) => point[key]);
  if (by === "average") {
    return [
      ...(isIndex ? [] : [{ values: raw, colour: "--line-strong", width: 0.75 }]),
      { values: own(average), colour, width: 2.25 },
      ...(isIndex ? [] : [dots(points, key)]),
    ];
  }
  if (isIndex) return [{ values: own(complete(points, key)), colour }];
  if (by === "day") return [{ values: raw, colour }, dots(points, key)];
  return [
    { values: complete(points, key), colour, fill: colour, bar },
    { values: partial(points, key), colour, dash: [4, 3], bar },
  ];
}

const dots = (points, key) => ({ values: unusual(points, key), colour: "--bad", dots: true });

function read(view, point, position, shown) {
  const entries = shown.flatMap((line) => entriesAt(line, point, position, view.choice.by));
  const isLast = point.date === view.last;
  const partly = isLast ? "not complete yet" : "days are missing";
  const remark = point.incomplete ? partly : point.unusual ? unusualDay(point) : null;
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
      (isDaily(by)
        ? `The source has no data for ${listed(days)}. The line is broken there.`
        : `Not whole, because days are missing: ${listed(days)}. These bars are drawn dashed.`),
    odd.length > 0 &&
      isDaily(by) &&
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

function actions(view, points, shown) {
  const files = () => import("./downloads-files.js");
  const button = (text, click) =>
    element("button", { class: "button", type: "button", on: { click } }, text);
  return [
    spanIn().from &&
      button("Whole range", () => chooseSpan({ range: USUAL_RANGE })),
    button("Save as PNG", async () => (await files()).saveDownloadsChart(view, points, shown)),
    button("Save as CSV", async () => (await files()).saveDownloads(view, points, shown)),
  ].filter(Boolean);
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
