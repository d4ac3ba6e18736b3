"""From the column of weeks to momentum, with what the market did meanwhile."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import polars as pl

from scorer.scoring.inputs import WEEKS
from scorer.scoring.momentum import (
    LEAST_DOWNLOADS,
    WEEKS_PER_BLOCK,
    Growth,
    Matrix,
    block_totals,
    by_block,
    market_growth,
    steps_of,
    this_week,
    trend,
)


@dataclass(frozen=True)
class Market:
    """What all packages did together: taken once per run and recorded with it.

    It is the only thing by which one package's momentum depends on the others. `growth`: median
    ln growth of each four-week step, newest first, none at a break of the source. `week`: median
    factor of this week against the mean of the four before. `packages`: how many it was taken
    from, those with 1,000 downloads in the newest four weeks.
    """

    growth: Growth
    week: float | None
    packages: int

    def recorded(self) -> dict[str, Any]:
        """Return it as JSON."""
        return asdict(self)


def observe_market(inputs: pl.DataFrame) -> Market:
    """Take the market from the weeks of all packages (columns of `inputs.schema()`)."""
    weeks = week_matrix(inputs.filter(_ever_busy())["weeks"])
    if not len(weeks):
        return Market((), None, 0)
    blocks = by_block(weeks)
    busy = block_totals(blocks[:, 0]) >= LEAST_DOWNLOADS
    ratio = this_week(weeks[busy])
    known = ratio[np.isfinite(ratio)]
    week = float(np.median(known)) if len(known) else None
    return Market(market_growth(blocks), week, int(busy.sum()))


def _ever_busy() -> pl.Expr:
    """Whether any week could belong to four with enough downloads."""
    return (pl.col("weeks").list.max() * WEEKS_PER_BLOCK >= LEAST_DOWNLOADS).fill_null(False)


def momentum_columns(inputs: pl.DataFrame, market: Market) -> pl.DataFrame:
    """Return momentum, week_over_week, enough_data, jump: one row per row of inputs, in order.

    Momentum and week_over_week are both known or both null. `week_over_week` is this week
    against the mean of the four weeks before (so the same weekdays), as a share: 0.1 is +10 %.
    `jump` is the largest growth factor among the three newest four-week steps.
    """
    rows = inputs.select(_busy()).to_series().arg_true()
    weeks = week_matrix(inputs["weeks"].gather(rows))
    blocks = block_totals(by_block(weeks))
    score = trend(blocks, market.growth) if market.growth else np.full(len(rows), np.nan)
    week = np.where(np.isfinite(score), this_week(weeks) - 1.0, np.nan)
    score = np.where(np.isfinite(week), score, np.nan)
    columns = {"momentum": score, "week_over_week": week, "jump": _largest_jump(blocks)}
    spread = [_spread(name, values, rows, len(inputs)) for name, values in columns.items()]
    return pl.DataFrame(spread).with_columns(enough_data=pl.col("momentum").is_not_null())


def _busy() -> pl.Expr:
    """Whether the newest four weeks can hold enough downloads for a trend."""
    newest = pl.col("weeks").list.tail(WEEKS_PER_BLOCK)
    return (newest.list.mean() * WEEKS_PER_BLOCK >= LEAST_DOWNLOADS).fill_null(False)


def week_matrix(weeks: pl.Series) -> Matrix:
    """Return lists of weeks as n x 28, oldest first; NaN where unknown or before its begin."""
    lists = weeks.to_frame("weeks").select(
        pl.concat_list([pl.lit([None] * WEEKS, dtype=pl.List(pl.Int64)), pl.col("weeks")])
        .list.tail(WEEKS)
        .list.to_array(WEEKS)
    )
    flat = lists.to_series().explode(empty_as_null=False).cast(pl.Float64).fill_null(np.nan)
    matrix: Matrix = flat.to_numpy().reshape(-1, WEEKS)
    return matrix


def _largest_jump(blocks: Matrix) -> Matrix:
    return np.exp(np.fmax.reduce(steps_of(blocks)[:, :3], axis=1)) if len(blocks) else blocks[:, 0]


def _spread(name: str, values: Matrix, rows: pl.Series, height: int) -> pl.Series:
    """Put values at their rows; the other rows are null."""
    column = np.full(height, np.nan)
    column[rows.to_numpy()] = values
    return pl.Series(name, column, dtype=pl.Float64).fill_nan(None)
