"""How well scores foretell: the measures behind the figures in docs/methodology.md."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import polars as pl

Numbers = npt.NDArray[np.float64]

BANDS = (0, 40, 55, 70, 85)
PICKED = 100
"""How many of the highest scores are followed."""
GREW = float(np.log(1.2))
"""Growth above the market's median that counts as grown: a fifth."""
TOP = 0.05
"""Share of packages that count as the top gainers of ranks."""
LISTED = 0.8
"""Share of a month's list that is followed: who is lower may drop off it by chance."""


def auc(score: pl.Series, ended: pl.Series) -> float:
    """Return the chance that a package that ended scored lower than one that did not.

    Mann-Whitney's statistic; ties count half.
    """
    ranks = score.rank("average")
    down, up = int(ended.sum()), int((~ended).sum())
    above = float(ranks.filter(~ended).sum()) - up * (up + 1) / 2
    return above / (down * up)


def bands(score: pl.Series, ended: pl.Series) -> pl.DataFrame:
    """Return for each band of scores how many packages it holds and the share that ended."""
    labels = [f"{low}-{high}" for low, high in zip(BANDS, (*BANDS[1:], 100), strict=True)]
    number = np.searchsorted(BANDS, score.to_numpy(), side="right") - 1
    band = pl.Series(labels, dtype=pl.Enum(labels)).gather(number)
    counted = pl.DataFrame({"band": band, "ended": ended}).group_by("band")
    return counted.agg(pl.len().alias("packages"), pl.col("ended").mean()).sort("band")


@dataclass(frozen=True)
class Outcome:
    """What became of the 100 highest scores of each month, averaged over the months."""

    months: int
    correlation: float
    """Spearman's, of score and gain of ranks, over all packages followed."""
    top_gainers: float
    grew: float
    fell: float


def outcome(downloads: pl.DataFrame, scores: pl.DataFrame, ahead: int) -> Outcome:
    """Follow scores (month, package, score) for some months in downloads (month, package, ...).

    A package that left the list later counts as just below its end.
    """
    months = downloads["month"].unique().sort().to_list()
    scored = set(scores["month"])
    each = [
        _followed(downloads, scores, before, month, later)
        for before, month in pairwise(months)
        if month in scored and (later := _shifted(month, ahead)) in months
    ]
    mean = np.mean(each, axis=0)
    return Outcome(len(each), *map(float, mean))


def _shifted(month: str, ahead: int) -> str:
    number = int(month[:4]) * 12 + int(month[5:]) - 1 + ahead
    return f"{number // 12}-{number % 12 + 1:02}"


def _ranked(downloads: pl.DataFrame, month: str, name: str) -> pl.DataFrame:
    rank = pl.col("downloads").rank("ordinal", descending=True)
    listed = downloads.filter(pl.col("month") == month)
    return listed.select("package", pl.col("downloads").alias(name), rank.alias(f"{name}_rank"))


def _followed(
    downloads: pl.DataFrame, scores: pl.DataFrame, before: str, month: str, later: str
) -> tuple[float, float, float, float]:
    now, then = _ranked(downloads, month, "now"), _ranked(downloads, later, "then")
    both = now.join(then, on="package", how="left")
    last, least = max(len(now), len(then)) + 1, then["then"].min()
    market = (both["then"] / both["now"]).log().median()
    known = downloads.filter(pl.col("month") == before)
    followed = (
        both.filter(pl.col("now_rank") <= LISTED * len(now))
        .join(known, on="package", how="semi")
        .join(scores.filter(pl.col("month") == month), on="package", how="left")
        .select(
            pl.col("score").fill_null(-np.inf),
            gain=(pl.col("now_rank") / pl.col("then_rank").fill_null(last)).log(2),
            growth=(pl.col("then").fill_null(least) / pl.col("now")).log() - pl.lit(market),
        )
    )
    return _measured(followed)


def _measured(followed: pl.DataFrame) -> tuple[float, float, float, float]:
    gainer = pl.col("gain").rank("ordinal", descending=True) <= int(TOP * len(followed))
    picked = followed.with_columns(gainer=gainer).top_k(PICKED, by="score").to_dict()
    return (
        _spearman(followed),
        _share(picked["gainer"]),
        _share(picked["growth"] >= GREW),
        _share(picked["gain"] < 0),
    )


def _share(flags: pl.Series) -> float:
    return int(flags.sum()) / len(flags)


def _spearman(followed: pl.DataFrame) -> float:
    ranks = followed.select(pl.col("score", "gain").rank("average")).to_numpy()
    return float(np.corrcoef(ranks, rowvar=False)[0, 1])
