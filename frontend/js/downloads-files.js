// A package's chart as files: a picture, and a table of what the chart shows.

import { SERIES, STEPS } from "./downloads-chart.js";
import { day } from "./format.js";
import { saveChart } from "./picture.js";
import { saveCsv } from "./saving.js";

const COLUMNS = { downloads: "without_mirrors", with_mirrors: "with_mirrors" };

const fileName = ({ name, choice: { by, mirrors } }) =>
  `${name}-downloads-by-${by === "average" ? "day-average" : by}-${mirrors}-mirrors`;

/** Saves the chart with its title, legend, days, source and address. */
export function saveDownloadsChart(view, points, shown) {
  const { by, mirrors } = view.choice;
  const span = `${day(points[0].date)} to ${day(points.at(-1).date)}`;
  saveChart(`${fileName(view)}.png`, view.chart, {
    title: `${view.name}: downloads, ${STEPS[by].toLowerCase()}, ${SERIES[mirrors].toLowerCase()}`,
    legend: shown.map(({ title, colour }) => ({ title, colour })),
    source: `PyPI Stats, from PyPI's public download records, ${span}`,
  });
}

/** Saves a row a period: its first day as a date, and what the file's name says. */
export function saveDownloads(view, points, shown) {
  const isAverage = view.choice.by === "average";
  const value = ({ key, average }, point, at) =>
    isAverage ? average[at] && Math.round(average[at]) : point[key];
  const rows = points.map((point, at) => [point.date, ...shown.map((line) => value(line, point, at))]);
  const named = shown.map(({ key }) => `${COLUMNS[key]}${isAverage ? "_7_day_average" : ""}`);
  saveCsv(`${fileName(view)}.csv`, [["date", ...named], ...rows]);
}
