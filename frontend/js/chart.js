// Line charts by uPlot: colours from the stylesheet, reading by pointer and by keyboard.

import { element } from "./dom.js";
import { compact } from "./format.js";

const LIBRARY = "/vendor/uplot-1.6.32/uPlot.esm.js";
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
const DAY_SECONDS = 86_400;
const dayTitle = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });
const monthTitle = new Intl.DateTimeFormat("en-GB", { month: "short", timeZone: "UTC" });

/**
 * Draws lines in `holder` and keeps them drawn as width and colours change.
 *
 * `x`: ascending seconds (or days, when `time` is false). `lines`: {values, colour, width, dash,
 * fill, dots}; the colour is a name of tokens.css. `onRead(position)` hears which point is read
 * and gives it as text. Gives {picture, destroy}.
 */
export async function drawChart(holder, { x, lines, label, onRead, time = true, format = compact }) {
  const { default: UPlot } = await import(LIBRARY);
  const chart = { holder, x, position: newestKnown(lines), onRead };
  const create = () => {
    chart.plot?.destroy();
    chart.plot = new UPlot(
      options(chart, { lines, time, format, UPlot }),
      [x, ...lines.map(({ values }) => values)],
      holder,
    );
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
  makeReadable(chart, label);
  create();
  hear(chart, chart.position);
  resized.observe(holder);
  document.addEventListener("themechange", recolour);
  return { picture: (title, source) => pictureOf(chart, title, source), destroy };
}

/** The last position at which any line has a value. */
function newestKnown(lines) {
  return Math.max(0, ...lines.map(({ values }) => values.findLastIndex((value) => value !== null)));
}

function options(chart, { lines, time, format, UPlot }) {
  const ink = colourOf("--muted");
  const grid = { stroke: colourOf("--line"), width: 1 };
  const font = `12px ${getComputedStyle(document.body).fontFamily}`;
  const axis = { stroke: ink, grid, font, ticks: { show: false } };
  return {
    ...sizeOf(chart.holder),
    tzDate: (at) => UPlot.tzDate(new Date(at * 1000), "Etc/UTC"),
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 7 } },
    scales: { x: { time }, ...verticalScales(lines) },
    axes: [
      { ...axis, grid: { show: false }, space: 70, ...(time && { values: dateTitles }) },
      { ...axis, size: 54, values: (_, splits) => splits.map(format) },
    ],
    series: [{}, ...lines.map(series)],
    hooks: { setCursor: [(plot) => hear(chart, plot.cursor.idx)] },
  };
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

/** One shared scale from zero, or one for each line that asks for its own. */
function verticalScales(lines) {
  const scale = { range: (_, __, top) => [0, (top || 1) * HEADROOM] };
  return Object.fromEntries(
    ["y", ...lines.map((line) => line.scale ?? "y")].map((name) => [name, scale]),
  );
}

function series({ values, colour, scale = "y", width = 1.75, dash, fill, dots = false }) {
  return {
    scale,
    width: dots ? 0 : width,
    stroke: colourOf(colour),
    dash,
    fill: fill && colourOf(fill),
    spanGaps: false,
    points: dots
      ? { show: true, size: 8, width: 2, stroke: colourOf(colour), fill: colourOf("--surface") }
      : { show: lonely(values) },
  };
}

/** A point with gaps on both sides has no line: it must be drawn as a dot. */
const lonely = (values) => values.filter((value) => value !== null).length === 1;

const sizeOf = (holder) => ({ width: Math.max(240, holder.clientWidth), height: holder.clientHeight });

/** The colour that a custom property stands for in the present theme. */
export function colourOf(property) {
  const probe = element("span");
  probe.style.color = `var(${property})`;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

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

/** The chart on a canvas of its own, with its title above and its source below. */
function pictureOf(chart, title, source) {
  const drawn = chart.plot.ctx.canvas;
  const unit = devicePixelRatio;
  const canvas = element("canvas", { width: drawn.width + 32 * unit, height: drawn.height + 80 * unit });
  const pen = canvas.getContext("2d");
  pen.fillStyle = colourOf("--surface");
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(drawn, 16 * unit, 44 * unit);
  write(pen, title, 16 * unit, 28 * unit, `600 ${16 * unit}px`, "--ink");
  write(pen, source, 16 * unit, canvas.height - 14 * unit, `${12 * unit}px`, "--muted");
  return canvas;
}

function write(pen, text, x, y, size, colour) {
  pen.font = `${size} ${getComputedStyle(document.body).fontFamily}`;
  pen.fillStyle = colourOf(colour);
  pen.fillText(text, x, y);
}
