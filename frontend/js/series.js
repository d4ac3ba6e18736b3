// Time series as the charts need them: pure functions over the API's points.

const DAY_MS = 86_400_000;
const AVERAGE_DAYS = 7;
const WEEK_SECONDS = 604_800;

/** The ranges on offer: title, words and length in days; null is all history. */
export const RANGES = {
  "30d": { title: "30 d", words: "the last 30 days", days: 30 },
  "90d": { title: "90 d", words: "the last 90 days", days: 90 },
  "1y": { title: "1 y", words: "the last year", days: 365 },
  "3y": { title: "3 y", words: "the last three years", days: 1096 },
  all: { title: "All", words: "all days", days: null },
};

/** The points of the last days of a range, counted from the newest point. */
export function within(points, range) {
  const { days } = RANGES[range];
  if (days === null || points.length === 0) return points;
  const first = Date.parse(points.at(-1).date) - (days - 1) * DAY_MS;
  return points.filter(({ date }) => Date.parse(date) >= first);
}

/** The points of a span: of its own days where it has some, else of its range. */
export const spanned = (points, { range, from, to }) =>
  from ? points.filter(({ date }) => date >= from && date <= to) : within(points, range);

/** Only the periods of which days are missing, or that are not over. */
export const partial = (points, key) => points.map((point) => (point.incomplete ? point[key] : null));

/** Values in hundredths of the first that is more than nothing. */
export function indexed(values) {
  const first = values.find((value) => value > 0);
  return values.map((value) => (value === null || !first ? null : (100 * value) / first));
}

/** Seconds since 1970, as the chart's horizontal scale counts. */
export const seconds = (iso) => Date.parse(iso) / 1000;

/**
 * Mean of each value and the six before it; a gap stays a gap and is not counted as zero. The
 * first six have no whole week behind them, and no mean.
 */
export function sevenDayAverage(values) {
  return values.map((value, position) => {
    if (value === null || position < AVERAGE_DAYS - 1) return null;
    const week = values.slice(position - AVERAGE_DAYS + 1, position + 1).filter((each) => each !== null);
    return week.reduce((sum, each) => sum + each, 0) / week.length;
  });
}

/** The values, without those of periods that are not whole. */
export const complete = (points, key) => points.map((point) => (point.incomplete ? null : point[key]));

/** Only the unusual days. */
export const unusual = (points, key) => points.map((point) => (point.unusual ? point[key] : null));

/** Runs of periods that lack days, as [first, last]; the newest one may just not be over. */
export function gaps(points) {
  const found = [];
  const lacks = (position) =>
    points[position].downloads === null || (points[position].incomplete && position < points.length - 1);
  points.forEach(({ date }, position) => {
    if (!lacks(position)) return;
    if (position > 0 && lacks(position - 1)) found.at(-1)[1] = date;
    else found.push([date, date]);
  });
  return found;
}

/**
 * Several packages' points on one scale of days: by date, or by weeks of days since each one's
 * first release; where that is not known, since its first point.
 */
export function aligned(histories, by, releases = []) {
  const starts = histories.map((points, which) =>
    by === "age" ? seconds(releases[which] ?? points[0]?.date ?? "1970-01-01") : 0,
  );
  const columns = histories.map(
    (points, which) =>
      new Map(points.map((point) => [ageOf(seconds(point.date) - starts[which], by), point])),
  );
  const x = [...new Set(columns.flatMap((column) => [...column.keys()]))].sort((a, b) => a - b);
  return { x, columns: columns.map((column) => x.map((at) => column.get(at) ?? null)) };
}

/** Whole weeks of age, so that packages share their points; dates stay as they are. */
const ageOf = (at, by) =>
  by === "age" ? Math.max(0, Math.round(at / WEEK_SECONDS)) * WEEK_SECONDS : at;
