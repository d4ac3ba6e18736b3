// A small chart that is drawn when it is opened.

import { drawChart } from "./chart.js";
import { element } from "./dom.js";
import { readoutLine, writeReadout } from "./readout.js";

const FEW_LINES = 3; // more need a second line to be read

/**
 * A summary that opens a chart. `x`: seconds; `lines`: {title, values, series}, where `series` is
 * the number of the colour; `whenAt(position)` and `format(value)` give the texts; `unit` names what
 * is counted. A function gives such a chart, perhaps later, once it is opened.
 */
export function chartOnDemand(summary, chart) {
  const box = element("details", { class: "block screen-only" }, element("summary", {}, summary));
  box.addEventListener("toggle", () => draw(box, chart), { once: true });
  return box;
}

async function draw(box, chart) {
  const { x, lines, whenAt, format, label, unit } =
    typeof chart === "function" ? await chart() : chart;
  const readout = readoutLine(lines.length > FEW_LINES ? "tall" : "");
  const holder = element("div", { class: "chart short" });
  box.append(readout, holder);
  const entriesAt = (position) =>
    lines.map(({ title, values, series }) => [title, format(values[position]), `series-${series}`]);
  return drawChart(holder, {
    x,
    lines: lines.map(({ title, values, series }) => ({ title, values, colour: `--series-${series}` })),
    unit,
    onRead: (position) => writeReadout(readout, whenAt(position), entriesAt(position)),
    label: `${label} Use the arrow keys to read it point by point.`,
    format,
  });
}
