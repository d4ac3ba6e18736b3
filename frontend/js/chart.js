// Line charts by uPlot: colours from the stylesheet, reading by pointer and by keyboard.

import { drawEnds, drawMarks, endRoom, marksRoom } from "./chart-notes.js";
import { zoomByMouse, zoomByTouch } from "./chart-zoom.js";
import { colourOf } from "./colours.js";
import { compact } from "./format.js";

const KEY_STEPS = {
  ArrowLeft: -1,
  ArrowRight: 1,
  ArrowDown: -1,
  ArrowUp: 1,
  PageDown: -30,
  PageUp: 30,
  Home: -Infinity,
  End: Infinity,
};
const HEADROOM = 1.06;
const HALF_A_BAR = 0.6; // and a little more
const MOST_BAR_PIXELS = 60;
const FADED = 0.25;
const NEAR_PIXELS = 24; // the line that is nearer than that is emphasised
const DAY_SECONDS = 86_400;
const dayTitle = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });
const monthTitle = new Intl.DateTimeFormat("en-GB", { month: "short", timeZone: "UTC" });

/**
 * Draws lines in `holder` and keeps them drawn as width and colours change.
 *
 * `x`: ascending seconds (or other units, when `time` is false), `step` apart. `lines`: {values,
 * colour, width, dash, fill, dots, bar, scale, title}; the colour is a name of tokens.css, `bar` the
 * share of a step that a bar takes, and a title is written at a line's end where there is room.
 * `unit` and `across` name what the axes count; `log` makes the scale logarithmic. `marks`: {at,
 * title} are lines down the chart. `onRead(position)` hears which point is read and gives it as
 * text; `onZoom(from, to)` hears what a pointer or a finger drew a frame about. Gives {canvas,
 * across, destroy}: the picture, and the ends of its horizontal scale.
 */
export function drawChart(holder, asked) {
  const { uPlot: UPlot } = globalThis; // a script of every page that has charts
  const { time = true, format = compact, step = DAY_SECONDS, marks = [] } = asked;
  const chart = { ...asked, time, format, step, marks, holder, position: newestKnown(asked.lines) };
  const create = () => {
    chart.plot?.destroy();
    chart.plot = new UPlot(options(chart, UPlot), dataOf(chart), holder);
    if (chart.onZoom) zoomByTouch(chart.plot, chart.onZoom);
  };
  const destroy = () => {
    resized.disconnect();
    document.removeEventListener("themechange", recolour);
    chart.stopReading();
    chart.plot.destroy();
  };
  const recolour = () => (holder.isConnected ? create() : destroy());
  const resized = new ResizeObserver(() => chart.plot.setSize(sizeOf(holder)));
  holder.replaceChildren();
  makeReadable(chart, asked.label);
  create();
  hear(chart, chart.position);
  resized.observe(holder);
  document.addEventListener("themechange", recolour);
  const across = () => [chart.plot.scales.x.min, chart.plot.scales.x.max];
  return { canvas: () => chart.plot.ctx.canvas, across, destroy };
}

/** What is drawn; a logarithm has no place for zero. */
const dataOf = ({ x, lines, log }) => [
  x,
  ...lines.map(({ values }) => (log ? values.map((value) => (value > 0 ? value : null)) : values)),
];

/** The last position at which any line has a value. */
function newestKnown(lines) {
  return Math.max(0, ...lines.map(({ values }) => values.findLastIndex((value) => value !== null)));
}

function options(chart, UPlot) {
  const { lines, time, format, unit, across, onZoom } = chart;
  const grid = { stroke: colourOf("--line"), width: 1 };
  const font = `12px ${getComputedStyle(document.body).fontFamily}`;
  const named = { labelFont: font, labelSize: 18, labelGap: 2 };
  const axis = { stroke: colourOf("--muted"), grid, font, ticks: { show: false }, ...named };
  const values = (_, splits) => splits.map((value) => (value === null ? "" : format(value)));
  return {
    ...sizeOf(chart.holder),
    padding: [marksRoom(chart.marks), endRoom(chart), null, null],
    tzDate: (at) => UPlot.tzDate(new Date(at * 1000), "Etc/UTC"),
    legend: { show: false },
    focus: { alpha: FADED },
    cursor: {
      y: false,
      drag: { x: Boolean(onZoom), y: false, setScale: false },
      points: { size: 7 },
      focus: { prox: lines.filter(({ title }) => title).length > 1 ? NEAR_PIXELS : -1 },
    },
    scales: { x: { time, range: horizontalRange(chart) }, ...verticalScales(chart, UPlot) },
    axes: [
      { ...axis, label: across, grid: { show: false }, space: 70, ...(time && { values: dateTitles }) },
      { ...axis, label: unit, size: 54, values },
    ],
    series: [{}, ...lines.map((line) => series(line, UPlot))],
    hooks: {
      setCursor: [(plot) => hear(chart, plot.cursor.idx)],
      setSelect: [(plot) => onZoom && zoomByMouse(plot, onZoom)],
      draw: [(plot) => drawMarks(plot, chart), (plot) => drawEnds(plot, chart)],
    },
  };
}

/** A point alone has a step to each side, a bar half of one; lines go from edge to edge. */
function horizontalRange({ x, lines, step }) {
  const margin = x.length === 1 ? step : lines.some(({ bar }) => bar) ? step * HALF_A_BAR : 0;
  return () => [x[0] - margin, x.at(-1) + margin];
}

/** Days, months or years under the chart, as fine as the step between them; a year where one begins. */
function dateTitles(_, splits, __, ___, stepSeconds) {
  return splits.map((at, position) => {
    const date = new Date(at * 1000);
    if (stepSeconds >= 360 * DAY_SECONDS) return String(date.getUTCFullYear());
    const title = (stepSeconds >= 28 * DAY_SECONDS ? monthTitle : dayTitle).format(date);
    const begins =
      position === 0 || date.getUTCFullYear() > new Date(splits[position - 1] * 1000).getUTCFullYear();
    return begins ? `${title}\n${date.getUTCFullYear()}` : title;
  });
}

/** One shared scale from zero, or one for each line that asks for its own; or a logarithm's. */
function verticalScales({ lines, log }, UPlot) {
  const scale = log
    ? { distr: 3, range: (_, low, top) => UPlot.rangeLog(low || 1, top || 10, 10, false) }
    : { range: (_, __, top) => [0, (top || 1) * HEADROOM] };
  return Object.fromEntries(
    ["y", ...lines.map((line) => line.scale ?? "y")].map((name) => [name, scale]),
  );
}

function series(line, UPlot) {
  const { values, colour, scale = "y", width = 1.75, dash, fill, dots = false, bar } = line;
  return {
    scale,
    width: dots ? 0 : bar ? 1 : width,
    stroke: colourOf(colour),
    dash,
    fill: fill && colourOf(fill),
    spanGaps: false,
    ...(bar && { paths: UPlot.paths.bars({ size: [bar, MOST_BAR_PIXELS] }) }),
    points: dots
      ? { show: true, size: 8, width: 2, stroke: colourOf(colour), fill: colourOf("--surface") }
      : { show: !bar && lonely(values) },
  };
}

/** A point with gaps on both sides has no line: it must be drawn as a dot. */
const lonely = (values) => values.filter((value) => value !== null).length === 1;

const sizeOf = (holder) => ({ width: Math.max(240, holder.clientWidth), height: holder.clientHeight });

/** As a slider the chart can be read point by point, with eyes or without. */
function makeReadable(chart, label) {
  const { holder, x } = chart;
  const attributes = {
    tabindex: 0,
    role: "slider",
    "aria-label": label,
    "aria-valuemin": 0,
    "aria-valuemax": x.length - 1,
  };
  for (const [name, value] of Object.entries(attributes)) holder.setAttribute(name, value);
  const steer = (event) => {
    const step = KEY_STEPS[event.key];
    if (!step) return;
    event.preventDefault();
    moveTo(chart, Math.min(x.length - 1, Math.max(0, chart.position + step)));
  };
  holder.addEventListener("keydown", steer);
  chart.stopReading = () => holder.removeEventListener("keydown", steer);
}

function moveTo(chart, position) {
  chart.plot.setCursor({ left: chart.plot.valToPos(chart.x[position], "x"), top: 0 });
  hear(chart, position);
}

function hear(chart, position) {
  chart.position = position ?? chart.position;
  const text = chart.onRead(chart.position);
  chart.holder.setAttribute("aria-valuenow", chart.position);
  chart.holder.setAttribute("aria-valuetext", text);
}
