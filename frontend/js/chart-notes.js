// What is written into a chart beside its lines: their names at their ends, and marks of days.

import { colourOf } from "./colours.js";

const END_ROOM_PIXELS = 116;
const LEAST_WIDTH_PIXELS = 560; // below it names would take the room of the lines
const LINE_PIXELS = 14;
const MARK_ROOM_PIXELS = 18;
const MARK_APART_PIXELS = 52;
const MOST_LETTERS = 16;

const isNamed = ({ lines }) => lines.filter(({ title }) => title).length > 1;
const hasRoom = ({ holder }) => holder.clientWidth >= LEAST_WIDTH_PIXELS;

/** Room right of the lines for their names, where there are several. */
export const endRoom = (chart) => (isNamed(chart) && hasRoom(chart) ? END_ROOM_PIXELS : null);

/** Room above the lines for the marks' titles. */
export const marksRoom = (marks) => (marks.length > 0 ? MARK_ROOM_PIXELS : null);

/** Writes each line's name where it ends, none over another. */
export function drawEnds(plot, chart) {
  if (endRoom(chart) === null) return;
  const unit = devicePixelRatio;
  const ends = chart.lines.filter(({ title }) => title).map((line) => endOf(plot, line)).filter(Boolean);
  ends.sort((a, b) => a.y - b.y);
  ends.forEach((end, at) => {
    if (at > 0) end.y = Math.max(end.y, ends[at - 1].y + LINE_PIXELS * unit);
  });
  const below = Math.max(0, (ends.at(-1)?.y ?? 0) - (plot.bbox.top + plot.bbox.height));
  const x = plot.bbox.left + plot.bbox.width + 6 * unit;
  for (const { title, colour, y } of ends) write(plot.ctx, title, x, y - below + 4 * unit, colour);
}

function endOf(plot, { title, colour, scale = "y", values }) {
  const last = values.findLastIndex((value) => value > 0);
  if (last < 0) return null;
  const short = title.length > MOST_LETTERS ? `${title.slice(0, MOST_LETTERS - 1)}…` : title;
  return { title: short, colour, y: plot.valToPos(values[last], scale, true) };
}

/** Draws a line down the chart at each mark; titles where they are not too near each other. */
export function drawMarks(plot, { marks }) {
  const { left, top, width, height } = plot.bbox;
  const unit = devicePixelRatio;
  let free = left;
  for (const { at, title } of marks) {
    const x = plot.valToPos(at, "x", true);
    if (x < left || x > left + width) continue;
    const isTitled = x >= free;
    drop(plot.ctx, x, isTitled ? top : top + height - 8 * unit, top + height);
    if (!isTitled) continue;
    write(plot.ctx, title, x - 2 * unit, top - 5 * unit, "--muted");
    free = x + MARK_APART_PIXELS * unit;
  }
}

function drop(pen, x, from, to) {
  pen.save();
  pen.strokeStyle = colourOf("--line-strong");
  pen.lineWidth = devicePixelRatio * 0.75;
  pen.setLineDash([2 * devicePixelRatio, 3 * devicePixelRatio]);
  pen.beginPath();
  pen.moveTo(x, from);
  pen.lineTo(x, to);
  pen.stroke();
  pen.restore();
}

function write(pen, text, x, y, colour) {
  pen.save();
  pen.font = `${12 * devicePixelRatio}px ${getComputedStyle(document.body).fontFamily}`;
  pen.fillStyle = colourOf(colour);
  pen.textAlign = "left";
  pen.textBaseline = "alphabetic";
  pen.fillText(text, x, y);
  pen.restore();
}
