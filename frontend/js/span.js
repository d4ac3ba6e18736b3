// The days that a page shows: one choice for its chart and its breakdowns, kept in the address.

import { query, settle } from "./address.js";
import { RANGES } from "./series.js";

export const USUAL_RANGE = "1y";
const ISO_DAY = /^\d{4}-\d\d-\d\d$/;
const MOST_DAYS = 1830; // of one breakdown, as the API has it

/** The span in the address: days of one's own where both ends are given, else a range. */
export function spanIn({ range, from, to } = query()) {
  const isOwn = ISO_DAY.test(from ?? "") && ISO_DAY.test(to ?? "") && from <= to;
  return { range: range in RANGES ? range : USUAL_RANGE, ...(isOwn && { from, to }) };
}

/** Puts another span into the address and tells everybody who shows it. */
export function chooseSpan({ range = "", from = "", to = "" }) {
  settle({ range: range === USUAL_RANGE ? "" : range, from, to });
  document.dispatchEvent(new CustomEvent("spanchange"));
}

/** The span as a breakdown is asked for. */
export function breakdownSpan({ range, from, to }) {
  return from ? { from, to } : { days: RANGES[range].days ?? MOST_DAYS };
}

/** An ISO day of seconds since 1970. */
export const isoDay = (at) => new Date(at * 1000).toISOString().slice(0, 10);
