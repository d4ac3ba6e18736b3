// Time series as the charts need them: pure functions over the API's points.

const DAY_MS = 86_400_000;
const AVERAGE_DAYS = 7;

/** The ranges on offer: title and length in days; null is all history. */
export const RANGES = {
  "30d": { title: "30 d", days: 30 },
  "90d": { title: "90 d", days: 90 },
  "1y": { title: "1 y", days: 365 },
  "3y": { title: "3 y", days: 1096 },
  all: { title: "All", days: null },
};

/** The points of the last days of a range, counted from the newest point. */
export function within(points, range) {
  const { days } = RANGES[range];
  if (days === null || points.length === 0) return points;
  const first = Date.parse(points.at(-1).date) - (days - 1) * DAY_MS;
  return points.filter(({ date }) => Date.parse(date) >= first);
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

/** Only the step from the last complete period to the incomplete one, for a dashed line. */
export function incompleteEnd(points, key) {
  const last = points.length - 1;
  if (last < 0 || !points[last].incomplete || points[last][key] === null) return null;
  return points.map((point, position) => (position >= last - 1 ? point[key] : null));
}

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

/** Several packages' points on one scale of days: by date, or by days since each one's first. */
export function aligned(histories, by) {
  const starts = histories.map((points) =>
    by === "age" ? seconds(points[0]?.date ?? "1970-01-01") : 0,
  );
  const columns = histories.map(
    (points, which) => new Map(points.map((point) => [seconds(point.date) - starts[which], point])),
  );
  const x = [...new Set(columns.flatMap((column) => [...column.keys()]))].sort((a, b) => a - b);
  return { x, columns: columns.map((column) => x.map((at) => column.get(at) ?? null)) };
}
