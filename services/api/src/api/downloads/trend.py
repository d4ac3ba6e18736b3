"""The course of downloads over a year, drawn beside a name: weeks, smoothed, without scale."""

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np

from api.database import QUERIES, Connection, Publication, Row, every
from api.downloads.months import month_length
from domain.packed_months import GAP, Matrix, unpack

WEEKS = 52
WEEK_DAYS = 7
LEAST_DAYS = 4
"""Days of a week that must be known; those that are not count as the mean of the others."""
SMOOTHED_WEEKS = 3
"""Weeks of which each point is the mean, itself in the middle."""
TOP = 100
"""What the highest point is drawn as."""

Trend = list[int | None]


async def read_trends(
    connection: Connection, publication: Publication, rows: Sequence[Row]
) -> dict[int, Trend]:
    """Return the trend of each package of a list, by its number; all from one question."""
    last = publication.data_through
    ids = sorted({row["package_id"] for row in rows if row["first_day"]})
    if last is None or not ids:
        return {}
    first = last - timedelta(days=WEEKS * WEEK_DAYS - 1)
    days = await _daily(connection, ids, first, last)
    begun = {row["package_id"]: row["first_day"] for row in rows}
    weeks = [max(0, (begun[each] - first).days) // WEEK_DAYS for each in ids]
    return {each: drawn(own, skip) for each, own, skip in zip(ids, days, weeks, strict=True)}


async def _daily(connection: Connection, ids: list[int], first: date, last: date) -> Matrix:
    """Return downloads without mirrors, a row a package and a column a day; gaps as GAP."""
    length = (last - first).days + 1
    sources = await every(QUERIES.source_days(connection, first_day=first, last_day=last))
    empty = np.full(length, GAP, dtype=np.int64)
    empty[[(row["day"] - first).days for row in sources]] = 0
    days = np.tile(empty, (len(ids), 1))
    asked = {"package_ids": ids, "first_month": first.replace(day=1), "last_month": last}
    by_month: dict[date, list[Row]] = {}
    for row in await every(QUERIES.months_many(connection, **asked)):
        by_month.setdefault(row["month"], []).append(row)
    for month, rows in by_month.items():
        at = np.searchsorted(ids, [row["package_id"] for row in rows])
        start = (month - first).days
        inside = slice(max(0, start), min(length, start + month_length(month)))
        counted = slice(inside.start - start, inside.stop - start)
        days[at, inside] = _users(rows, month)[:, counted]
    return days


def _users(rows: list[Row], month: date) -> Matrix:
    """Return a month's days without mirrors; a gap stays one."""
    length = month_length(month)
    days = unpack([row["days"] for row in rows], length)
    mirrors = unpack([row["mirrors"] for row in rows], length)
    users: Matrix = np.maximum(days - np.maximum(mirrors, 0), 0)
    return np.where(days == GAP, GAP, users)


def drawn(days: Matrix, skip: int = 0) -> Trend:
    """Return whole weeks up to the last of `days`, the highest as `TOP`, from the `skip`-th on.

    None is a week of which too little is known.
    """
    weeks = days.reshape(-1, WEEK_DAYS)
    known = weeks != GAP
    counts = known.sum(axis=1)
    sums = np.where(known, weeks, 0).sum(axis=1)
    means = np.where(counts >= LEAST_DAYS, sums / np.maximum(counts, 1), np.nan)[skip:]
    smooth = _smoothed(means)
    top = np.nanmax(smooth, initial=0.0)
    return [None if np.isnan(each) else round(TOP * each / (top or 1.0)) for each in smooth]


def _smoothed(means: np.ndarray) -> np.ndarray:
    """Return each week's mean with its neighbours'; a week that is not known stays so."""
    side = SMOOTHED_WEEKS // 2
    padded = np.pad(means, side, constant_values=np.nan)
    beside = np.lib.stride_tricks.sliding_window_view(padded, SMOOTHED_WEEKS)
    known = ~np.isnan(beside)
    sums = np.where(known, beside, 0.0).sum(axis=1)
    return np.where(np.isnan(means), np.nan, sums / np.maximum(known.sum(axis=1), 1))
