"""Momentum: the steady trend of downloads against the market, over six steps of four weeks.

Growth of step k (0 is the newest): g_k = ln(block_k / block_k+1) - the market's median of that.
Score: M = sum(w c) - sqrt(sum(w (c - mean)^2)) + TIE_SHARE * sum(w g), with c = g cut to
+-CAP, mean = sum(w c), w falling by half every HALF_LIFE steps and summing to 1 over the steps
known. Steadiness is rewarded and one spike is cut: the plain ratio of last month to the month
before picks what is about to fall. Steps at and before a break of the source are not read.
"""

import numpy as np
import numpy.typing as npt

WEEKS_PER_BLOCK = 4
BLOCKS = 7
CAP = 0.2
"""Natural logarithm: growth beyond 22 % in four weeks counts as that."""
HALF_LIFE = 8.0
"""Steps."""
PSEUDO_COUNT = 5.0
"""Downloads added to each block, so that small numbers jump less."""
LEAST_DOWNLOADS = 1_000.0
"""Downloads in the newest block, below which a trend cannot be told from noise."""
LEAST_STEPS = 3
"""Known steps, that is four blocks."""
LEAST_WEEKS = 3
"""Known weeks of a block; a missing week counts as the mean of the others."""
TIE_SHARE = 0.001
"""Share of the growth before cutting, so that packages at the cap have an order."""
BREAK = 0.2
"""Natural logarithm: where the median package's level moves by more than this in four weeks, and by
that much more or less than is usual, the source counts differently; nothing is read across it. The
level of a block is its second highest week: holidays are no break."""

Matrix = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Growth = tuple[float | None, ...]


def by_block(weeks: Matrix) -> Matrix:
    """Cut weeks (n x 28, oldest first, NaN unknown) into n x 7 blocks x 4, newest block first."""
    blocks: Matrix = weeks.reshape(len(weeks), BLOCKS, WEEKS_PER_BLOCK)
    return np.flip(blocks, axis=1)


def block_totals(weeks: Matrix) -> Matrix:
    """Sum the weeks of each block (n x blocks x weeks); NaN where too few are known."""
    return float(weeks.shape[-1]) * _mean_of_known(weeks)


def this_week(weeks: Matrix) -> Matrix:
    """Return the newest week as a factor of the mean of the four before; NaN where unknown."""
    before = _mean_of_known(weeks[:, -1 - WEEKS_PER_BLOCK : -1])
    ratio: Matrix = weeks[:, -1] / np.where(before > 0, before, np.nan)
    return ratio


def _mean_of_known(weeks: Matrix) -> Matrix:
    """Return the mean over the last axis; NaN where too few are known."""
    known = np.isfinite(weeks).sum(axis=-1)
    mean = np.nansum(weeks, axis=-1) / np.maximum(known, 1)
    return np.where(known >= min(LEAST_WEEKS, weeks.shape[-1]), mean, np.nan)


def steps_of(blocks: Matrix) -> Matrix:
    """Return ln growth between neighbouring blocks (n x 6, newest first)."""
    logs: Matrix = np.log(blocks + PSEUDO_COUNT)
    return logs[:, :-1] - logs[:, 1:]


def market_growth(weeks: Matrix) -> Growth:
    """Return the market's growth of each step, newest first, from n x blocks x weeks.

    It is the median ln growth of the packages with enough downloads in both blocks; none where
    the source breaks (see `BREAK`) or nothing is known.
    """
    steps = [_market_step(weeks[:, k], weeks[:, k + 1]) for k in range(weeks.shape[1] - 1)]
    known = [moved for _, moved in steps if moved is not None]
    usual = float(np.median(known)) if known else 0.0
    return tuple(
        None if moved is None or _is_break(moved, usual) else growth for growth, moved in steps
    )


def _is_break(moved: float, usual: float) -> bool:
    """Whether a step moved far, and far from what the steps of that time do."""
    return min(abs(moved), abs(moved - usual)) > BREAK


def _market_step(new: Matrix, old: Matrix) -> tuple[float | None, float | None]:
    """Return the packages' median ln growth, and that of their level, from n x weeks each."""
    totals = np.column_stack([block_totals(new), block_totals(old)])
    both = (totals >= LEAST_DOWNLOADS).all(axis=1)
    if not both.any():
        return None, None
    moved = np.log(_level(new[both]) + PSEUDO_COUNT) - np.log(_level(old[both]) + PSEUDO_COUNT)
    return float(np.median(steps_of(totals[both]))), float(np.median(moved))


def _level(weeks: Matrix) -> Matrix:
    """Return each package's second highest week of a block (n x weeks), an unknown one as none."""
    level: Matrix = np.sort(np.nan_to_num(weeks), axis=1)[:, -2:][:, 0]
    return level


def trend(blocks: Matrix, growth: Growth) -> Matrix:
    """Return M of each row of blocks (newest first); NaN where there is not enough data."""
    steps = steps_of(blocks) - _unbroken(growth)
    known = np.isfinite(steps)
    enough = (known.sum(axis=1) >= LEAST_STEPS) & (blocks[:, 0] >= LEAST_DOWNLOADS)
    return np.where(enough, _score(np.where(known, steps, 0.0), known), np.nan)


def _unbroken(growth: Growth) -> Matrix:
    """Return the market's growth, NaN from its newest break on to the past."""
    market = np.array([np.nan if each is None else each for each in growth], dtype=np.float64)
    return np.where(np.logical_or.accumulate(np.isnan(market)), np.nan, market)


def _score(steps: Matrix, known: Flags) -> Matrix:
    weights = known * 2.0 ** (-np.arange(steps.shape[1]) / HALF_LIFE)
    weights = weights / np.maximum(weights.sum(axis=1, keepdims=True), 1e-12)
    cut = np.clip(steps, -CAP, CAP)
    mean = (weights * cut).sum(axis=1)
    spread = np.sqrt((weights * (cut - mean[:, None]) ** 2).sum(axis=1))
    result: Matrix = mean - spread + TIE_SHARE * (weights * steps).sum(axis=1)
    return result
