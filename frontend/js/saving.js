// Files that the page makes itself: tables as CSV, charts as PNG.

import { element } from "./dom.js";

/** Saves rows as a CSV file; the first row names the columns, null is an empty field. */
export function saveCsv(name, rows) {
  const text = rows.map((row) => row.map(field).join(",")).join("\r\n");
  save(name, new Blob([text, "\r\n"], { type: "text/csv" }));
}

function field(value) {
  const text = value === null || value === undefined ? "" : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Saves a canvas as a PNG file. */
export function savePng(name, canvas) {
  canvas.toBlob((blob) => save(name, blob), "image/png");
}

function save(name, blob) {
  const href = URL.createObjectURL(blob);
  element("a", { href, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(href), 10_000);
}
