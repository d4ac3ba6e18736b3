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
"""Natural logarithm: where the total of the packages seen in both blocks moves further than
this in four weeks, the source counts differently and nothing is read across it."""

Matrix = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Growth = tuple[float | None, ...]


def blocks_of(weeks: Matrix) -> Matrix:
    """Sum weeks (n x 28, oldest first, NaN unknown) to blocks (n x 7, newest first)."""
    cube = weeks.reshape(len(weeks), BLOCKS, WEEKS_PER_BLOCK)[:, ::-1]
    return _mean_of_known(cube) * WEEKS_PER_BLOCK


def this_week(weeks: Matrix) -> Matrix:
    """Give the newest week as a factor of the mean of the four before; NaN where unknown."""
    before = _mean_of_known(weeks[:, -1 - WEEKS_PER_BLOCK : -1])
    ratio: Matrix = weeks[:, -1] / np.where(before > 0, before, np.nan)
    return ratio


def _mean_of_known(weeks: Matrix) -> Matrix:
    """Give the mean over the last axis, of four weeks; NaN where too few are known."""
    known = np.isfinite(weeks).sum(axis=-1)
    mean = np.nansum(weeks, axis=-1) / np.maximum(known, 1)
    return np.where(known >= LEAST_WEEKS, mean, np.nan)


def steps_of(blocks: Matrix) -> Matrix:
    """Give ln growth between neighbouring blocks (n x 6, newest first)."""
    logs: Matrix = np.log(blocks + PSEUDO_COUNT)
    return logs[:, :-1] - logs[:, 1:]


def market_growth(blocks: Matrix, least: float = LEAST_DOWNLOADS) -> Growth:
    """Give the median ln growth of each step over packages with enough downloads in both blocks.

    None where the source breaks (see `BREAK`) or nothing is known.
    """
    pairs = ((blocks[:, k], blocks[:, k + 1]) for k in range(blocks.shape[1] - 1))
    return tuple(_market_step(new, old, least) for new, old in pairs)


def _market_step(new: Matrix, old: Matrix, least: float) -> float | None:
    both = (new >= least) & (old >= least)
    if not both.any() or abs(np.log(new[both].sum() / old[both].sum())) > BREAK:
        return None
    return float(np.median(np.log((new[both] + PSEUDO_COUNT) / (old[both] + PSEUDO_COUNT))))


def trend(blocks: Matrix, growth: Growth) -> Matrix:
    """Give M of each row of blocks (newest first); NaN where there is not enough data."""
    steps = steps_of(blocks) - _unbroken(growth)
    known = np.isfinite(steps)
    enough = (known.sum(axis=1) >= LEAST_STEPS) & (blocks[:, 0] >= LEAST_DOWNLOADS)
    return np.where(enough, _score(np.where(known, steps, 0.0), known), np.nan)


def _unbroken(growth: Growth) -> Matrix:
    """Give the market's growth, NaN from its newest break on to the past."""
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
