// The releases that are marked on a chart of downloads.

import { seconds } from "./series.js";

const MOST_MARKS = 24;

/** Whole releases between two days, oldest first; where there are many, the first of each series. */
export function markedReleases(releases, first, last) {
  const whole = releases
    .filter(({ day, prerelease, yanked }) => day && day >= first && day <= last && !prerelease && !yanked)
    .toReversed();
  const steps = [whole, whole.filter(isOf(2)), whole.filter(isOf(1))];
  const shown = steps.find((each) => each.length <= MOST_MARKS) ?? [];
  return shown.map(({ version, day }) => ({ at: seconds(day), title: version }));
}

/** Whether only zeros follow the first `parts` of a version: 2.0.0 for one, 2.3.0 for two. */
const isOf =
  (parts) =>
  ({ version }) =>
    version.split(".").slice(parts).every((part) => part === "0");
