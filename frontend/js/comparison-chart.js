// Several packages' downloads in one chart.

import { query, settle } from "./address.js";
import { ask, packagePath, path } from "./api.js";
import { drawChart } from "./chart.js";
import { segments, tableOnDemand } from "./controls.js";
import { element, replace } from "./dom.js";
import { compact, count, day } from "./format.js";
import { load } from "./loading.js";
import { readoutLine, writeReadout } from "./readout.js";
import { RANGES, aligned, complete, indexed, spanned } from "./series.js";
import { chooseSpan, isoDay, spanIn } from "./span.js";

const WEEK_SECONDS = 604_800;
const CHOICES = {
  range: Object.entries(RANGES).map(([value, { title }]) => [value, title]),
  align: [
    ["date", "By date"],
    ["age", "By age"],
  ],
  scale: [
    ["shared", "One scale"],
    ["log", "Logarithmic"],
    ["index", "Index 100"],
    ["own", "Own scales"],
  ],
};
const DEFAULTS = { range: "1y", align: "date", scale: "shared" };

/** Fills `box` with one chart of all packages, by date or by age, on one scale or on their own. */
export function furnishComparisonChart(box, packages) {
  const view = { packages, choice: choiceIn(query()) };
  view.readout = readoutLine("tall");
  view.holder = element("div", { class: "chart" });
  view.body = element("div", { class: "block" }, view.readout, view.holder);
  view.actions = element("div", { class: "actions" });
  view.table = element("div");
  const control = (label, key) =>
    segments(label, CHOICES[key], view.choice[key], (value) => choose(view, key, value));
  replace(
    box,
    element(
      "div",
      { class: "controls" },
      control("Range", "range"),
      control("Alignment", "align"),
      control("Scale", "scale"),
    ),
    view.body,
    view.actions,
    view.table,
  );
  document.addEventListener("spanchange", () => {
    if (view.points && view.holder.isConnected) drawLines(view);
  });
  load(
    view.body,
    () => histories(packages),
    (answers) => {
      view.points = answers.map((answer) => answer.points);
      drawLines(view);
    },
  );
}

function choiceIn(asked) {
  const pick = (key) =>
    CHOICES[key].some(([value]) => value === asked[key]) ? asked[key] : DEFAULTS[key];
  return { range: pick("range"), align: pick("align"), scale: pick("scale") };
}

function choose(view, key, value) {
  view.choice[key] = value;
  settle({
    [key]: value === DEFAULTS[key] ? "" : value,
    ...(key === "range" && { from: "", to: "" }),
  });
  if (view.points) drawLines(view);
}

/** Whole weeks alone; as hundredths of the first where that is asked for. */
function drawnValues(column, scale) {
  const values = complete(
    column.map((point) => point ?? { downloads: null }),
    "downloads",
  );
  return scale === "index" ? indexed(values) : values;
}

const inSpan = (points, range) => spanned(points, { ...spanIn(), range });

const histories = (packages) =>
  Promise.all(
    packages.map(({ name }) =>
      ask(path(packagePath(name, "/history"), { series: "both", granularity: "week" })),
    ),
  );

async function drawLines(view) {
  const { align, range, scale } = view.choice;
  const shown = align === "age" ? view.points : view.points.map((points) => inSpan(points, range));
  const releases = view.packages.map(({ first_release: first }) => first);
  const { x, columns } = aligned(shown, align, releases);
  const byAge = align === "age";
  const lines = columns.map((column, which) => ({
    title: view.packages[which].name,
    values: drawnValues(column, scale),
    colour: `--series-${which + 1}`,
    scale: scale === "own" ? `y${which}` : "y",
  }));
  replace(
    view.body,
    view.readout,
    view.holder,
    element("div", { class: "chart-notes" }, element("p", {}, notes(view.choice, hasGaps(lines)))),
  );
  view.chart?.destroy();
  view.chart = await drawChart(view.holder, {
    x: byAge ? x.map((at) => at / WEEK_SECONDS) : x,
    step: byAge ? 1 : WEEK_SECONDS,
    time: !byAge,
    lines,
    log: scale === "log",
    unit: { own: "each on its own scale", index: "first = 100" }[scale] ?? "downloads a week",
    across: byAge ? "weeks since the first release" : undefined,
    ...(byAge ? {} : { onZoom: (from, to) => chooseSpan({ from: isoDay(from), to: isoDay(to) }) }),
    label: "Downloads by week. Use the arrow keys to read them week by week.",
    onRead: (position) => read(view, x[position], lines, position),
  });
  replace(view.actions, actions(view, x, lines));
  replace(view.table, numbers(view, x, lines));
}

function notes({ align, scale }, broken) {
  return [
    align === "age"
      ? "Weeks since each package's first release, where it is known; the range does not apply."
      : "Downloads by week, without mirrors; the week that is not over is left out.",
    broken && "A line is broken at weeks of which the source lacks days.",
    scale === "own" &&
      "Each line has its own scale from zero to its highest week: compare their shapes, not their heights.",
  ]
    .filter(Boolean)
    .join(" ");
}

/** Whether a line stops and goes on again. */
const hasGaps = (lines) =>
  lines.some(({ values }) => {
    const known = (value) => value !== null;
    return values.slice(values.findIndex(known), values.findLastIndex(known)).some((value) => !known(value));
  });

const whenText = (view, at) =>
  view.choice.align === "age"
    ? `Week ${Math.round(at / WEEK_SECONDS)}`
    : `Week of ${day(new Date(at * 1000).toISOString())}`;

function read(view, at, lines, position) {
  const entries = lines.map(({ values }, which) => [
    view.packages[which].name,
    compact(values[position]),
    `series-${which + 1}`,
  ]);
  return writeReadout(view.readout, whenText(view, at), entries);
}

function actions(view, x, lines) {
  const names = view.packages.map(({ name }) => name);
  const byAge = view.choice.align === "age";
  const when = (at) => (byAge ? Math.round(at / WEEK_SECONDS) : isoDay(at));
  const rows = () => [
    [byAge ? "week" : "date", ...names],
    ...x.map((at, position) => [when(at), ...lines.map(({ values }) => values[position])]),
  ];
  const button = (text, click) =>
    element("button", { class: "button", type: "button", on: { click } }, text);
  return [
    spanIn().from && button("Whole range", () => chooseSpan({ range: view.choice.range })),
    button("Save as PNG", () => savePicture(view, lines, x)),
    button("Save as CSV", async () =>
      (await import("./saving.js")).saveCsv(`${names.join("-")}-downloads-by-week.csv`, rows()),
    ),
  ].filter(Boolean);
}

async function savePicture(view, lines, x) {
  const names = lines.map(({ title }) => title).join(", ");
  const { saveChart } = await import("./picture.js");
  saveChart("comparison.png", view.chart, {
    title: `${names}: downloads by week`,
    legend: lines,
    source: `PyPI Stats, from PyPI's public download records, without mirrors, ${whenText(view, x[0])} to ${whenText(view, x.at(-1))}`,
  });
}

function numbers(view, x, lines) {
  const columns = [["Week", false], ...view.packages.map(({ name }) => [name, true])];
  const rows = () =>
    x
      .map((at, position) => [whenText(view, at), ...lines.map(({ values }) => count(values[position]))])
      .reverse();
  return tableOnDemand("The numbers as a table", columns, rows);
}
