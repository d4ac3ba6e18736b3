// Numbers, dates and names as people read them.

const LOCALE = "en-GB";
const whole = new Intl.NumberFormat(LOCALE);
const short = new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 3 });
const shareFormat = new Intl.NumberFormat(LOCALE, {
  style: "percent",
  minimumFractionDigits: 1,
  maximumFractionDigits: 1,
});
const truncated = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 1, roundingMode: "trunc" });
const threeDigits = new Intl.NumberFormat(LOCALE, { maximumSignificantDigits: 3 });
const pointsFormat = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 1 });
const dayFormat = new Intl.DateTimeFormat(LOCALE, {
  day: "numeric",
  month: "short",
  year: "numeric",
  timeZone: "UTC",
});
const monthFormat = new Intl.DateTimeFormat(LOCALE, { month: "long", year: "numeric", timeZone: "UTC" });
const relative = new Intl.RelativeTimeFormat(LOCALE, { numeric: "auto" });

/** What stands where there is no value. */
export const NOTHING = "–";

const absent = (value) => value === null || value === undefined;

/** 1,234,567 */
export const count = (value) => (absent(value) ? NOTHING : whole.format(value));

/** 1.23M */
export const compact = (value) => (absent(value) ? NOTHING : short.format(value));

/** A share of one: 12.3% */
export const share = (value) => (absent(value) ? NOTHING : shareFormat.format(value));

/** A share of a hundred, never rounded up: 99.9% */
export const percent = (value) => (absent(value) ? NOTHING : `${truncated.format(value)}%`);

/** Points of a score: 8.7, 30 */
export const points = (value) => (absent(value) ? NOTHING : pointsFormat.format(value));

/** A measured number, without the noise of its storage: 1.01 */
export const digits = (value) => (absent(value) ? NOTHING : threeDigits.format(value));

/** A change as share of one: +12.3% */
export function change(value) {
  if (absent(value)) return NOTHING;
  return `${value < 0 ? "−" : "+"}${shareFormat.format(Math.abs(value))}`;
}

/** +1,234 */
export const signedCount = (value) => `${value < 0 ? "−" : "+"}${count(Math.abs(value))}`;

/** Momentum's logarithm in hundredths, signed: +8.1 */
export function momentum(value) {
  if (absent(value)) return NOTHING;
  return `${value < 0 ? "−" : "+"}${Math.abs(value * 100).toFixed(1)}`;
}

/** 30 Jun 2026, for an ISO day or moment. */
export const day = (iso) => (iso ? dayFormat.format(new Date(iso)) : NOTHING);

/** June 2026 */
export const month = (iso) => (iso ? monthFormat.format(new Date(iso)) : NOTHING);

/** 3 months ago, seen from the day the numbers reach to. */
export function ago(iso, until) {
  if (!iso || !until) return NOTHING;
  const days = Math.round((Date.parse(iso.slice(0, 10)) - Date.parse(until.slice(0, 10))) / 86_400_000);
  if (Math.abs(days) < 45) return relative.format(days, "day");
  if (Math.abs(days) < 700) return relative.format(Math.round(days / 30.4), "month");
  return relative.format(Math.round(days / 365.25), "year");
}

/** hidden_gem -> Hidden gem */
export function words(name) {
  const text = String(name ?? "").replaceAll(/[_-]+/g, " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The one or the many: 1 package, 2 packages. */
export const plural = (number, one, many = `${one}s`) => `${count(number)} ${number === 1 ? one : many}`;

// GitHub's list of contributors ends near 500, a little before for people with several addresses.
const LIST_ENDS_NEAR = 400;

/** 120, at least 432. */
export const contributors = (known) => `${known >= LIST_ENDS_NEAR ? "at least " : ""}${count(known)}`;

/** A clause as a sentence. */
export function sentence(text) {
  if (!text) return "";
  const begun = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
}
