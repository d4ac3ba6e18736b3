// A course as a small line: gaps stay gaps, the picture needs no library.

import { drawing } from "./dom.js";

const WIDTH = 96;
const HEIGHT = 28;
const MARGIN = 2;

/** A drawing of the values, oldest first; null is a gap. */
export function sparkline(values) {
  const runs = unbroken(values ?? []);
  const scale = scaleFor(values ?? []);
  return drawing(
    "svg",
    {
      class: "sparkline",
      viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
      preserveAspectRatio: "none",
      "aria-hidden": "true",
    },
    runs.map((run) => drawing("path", { class: "area", d: areaPath(run, scale) })),
    runs.map((run) => drawing("path", { class: "line", d: linePath(run, scale) })),
  );
}

/** The stretches without a gap, as arrays of [position, value]. */
export function unbroken(values) {
  const runs = [];
  values.forEach((value, position) => {
    if (value === null) return;
    const goesOn = position > 0 && values[position - 1] !== null;
    if (goesOn) runs.at(-1).push([position, value]);
    else runs.push([[position, value]]);
  });
  return runs;
}

function scaleFor(values) {
  const top = Math.max(1, ...values.map((value) => value ?? 0));
  const step = WIDTH / Math.max(1, values.length - 1);
  return {
    x: (position) => (position * step).toFixed(1),
    y: (value) => (HEIGHT - MARGIN - (value / top) * (HEIGHT - 2 * MARGIN)).toFixed(1),
  };
}

function linePath(run, { x, y }) {
  const points = run.map(([position, value]) => `${x(position)} ${y(value)}`);
  return points.length === 1 ? `M${points[0]}h1` : `M${points.join("L")}`;
}

function areaPath(run, scale) {
  return `${linePath(run, scale)}L${scale.x(run.at(-1)[0])} ${HEIGHT}L${scale.x(run[0][0])} ${HEIGHT}Z`;
}
