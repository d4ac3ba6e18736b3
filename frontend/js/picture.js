// A chart as a picture that speaks for itself: title, legend, chart, source, day and address.

import { colourOf } from "./colours.js";
import { element } from "./dom.js";
import { day } from "./format.js";
import { savePng } from "./saving.js";

const EDGE = 16;
const HEAD = 44;
const LEGEND_LINE = 20;
const FOOT = 44;
const SWATCH = 14;

/** Saves the chart; `legend`: {title, colour} of each line; `source` says whose numbers they are. */
export function saveChart(file, chart, { title, legend, source }) {
  const drawn = chart.canvas();
  const unit = devicePixelRatio;
  const width = drawn.width / unit + 2 * EDGE;
  const pen = element("canvas").getContext("2d");
  font(pen, 12);
  const rows = legendRows(pen, legend, width - 2 * EDGE);
  const above = HEAD + rows.length * LEGEND_LINE;
  pen.canvas.width = width * unit;
  pen.canvas.height = (above + FOOT) * unit + drawn.height;
  pen.fillStyle = colourOf("--surface");
  pen.fillRect(0, 0, pen.canvas.width, pen.canvas.height);
  pen.drawImage(drawn, EDGE * unit, above * unit);
  pen.scale(unit, unit);
  write(pen, title, EDGE, 28, { size: 16, weight: 600, colour: "--ink" });
  rows.forEach((row, at) => drawLegend(pen, row, HEAD + at * LEGEND_LINE));
  const foot = above + drawn.height / unit;
  write(pen, `${source}. Saved ${day(new Date().toISOString())}.`, EDGE, foot + 18);
  write(pen, location.href, EDGE, foot + 35);
  savePng(file, pen.canvas);
}

function legendRows(pen, legend, room) {
  const rows = [];
  let x = Infinity;
  for (const each of legend) {
    const wide = SWATCH + 6 + pen.measureText(each.title).width + 16;
    if (x + wide > room) {
      rows.push([]);
      x = 0;
    }
    rows.at(-1).push({ ...each, x: EDGE + x });
    x += wide;
  }
  return rows;
}

function drawLegend(pen, row, y) {
  for (const { title, colour, x } of row) {
    pen.fillStyle = colourOf(colour);
    pen.fillRect(x, y + 4, SWATCH, 3);
    write(pen, title, x + SWATCH + 6, y + 10, { colour: "--ink" });
  }
}

function write(pen, text, x, y, { size = 12, weight = 400, colour = "--muted" } = {}) {
  font(pen, size, weight);
  pen.fillStyle = colourOf(colour);
  pen.fillText(text, x, y);
}

function font(pen, size, weight = 400) {
  pen.font = `${weight} ${size}px ${getComputedStyle(document.body).fontFamily}`;
}
