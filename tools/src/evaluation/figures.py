"""Figures of the evaluations, as Markdown for the methodology."""

import polars as pl

from evaluation.methodology import table
from evaluation.quality import PICKED, Outcome, auc, bands, outcome
from scorer.scoring.insights import INSIGHTS
from scorer.scoring.rulebook import LABELS

SHOWN = 20
"""Packages of each list that the document names."""
AHEAD = (3, 6)
"""Months."""


def of_health(ended: pl.Series, score: pl.Series, alone: pl.Series) -> str:
    """Tell how well health foretold who would end, with all inputs and without a repository."""
    with_all, with_pypi = bands(score, ended), bands(alone, ended)
    share, shift = ended.sum() / len(ended), (score - alone).sum() / len(score)
    rows = [
        (band, f"{of_band:.0%} of {n}", _shown(with_pypi, band))
        for band, n, of_band in with_all.iter_rows()
    ]
    return f"""### How well it foretells

{len(ended)} packages of curated lists, {share:.0%} of which had no release in the three
years that followed. The chance that a package that ended had the lower score (AUC):
{auc(score, ended):.3f} with all inputs, {auc(alone, ended):.3f} without those of a repository,
which move a score by {shift:+.1f} on average.

{table(("health", "ended, all inputs", "ended, without a repository"), rows)}"""


def _shown(counted: pl.DataFrame, band: str) -> str:
    for _, packages, ended in counted.filter(pl.col("band") == band).iter_rows():
        return f"{ended:.0%} of {packages}"
    return "none"


def of_momentum(downloads: pl.DataFrame, scores: pl.DataFrame) -> str:
    """Tell what became of the highest scores, beside the plain ratio of two months."""
    plain = _plain_ratio(downloads).join(scores.select("month").unique(), on="month", how="semi")
    rows = [
        row
        for ahead in AHEAD
        for row in (
            _row(f"momentum, {ahead} months later", outcome(downloads, scores, ahead)),
            _row(f"plain ratio, {ahead} months later", outcome(downloads, plain, ahead)),
        )
    ]
    head = (
        "score",
        "months",
        "grew a fifth above the market",
        "lost rank",
        "among the top gainers",
        "rank correlation",
    )
    return f"""### How well it foretells

The {PICKED} highest scores of each month, followed over monthly downloads. The plain ratio is
the last month against the month before.

{table(head, rows)}"""


def _plain_ratio(downloads: pl.DataFrame) -> pl.DataFrame:
    before = pl.col("downloads").shift(1).over("package")
    ordered = downloads.sort("package", "month")
    return ordered.select("month", "package", score=pl.col("downloads") / before).drop_nulls()


def _row(name: str, seen: Outcome) -> tuple[str, ...]:
    return (
        name,
        str(seen.months),
        f"{seen.grew:.1%}",
        f"{seen.fell:.1%}",
        f"{seen.top_gainers:.1%}",
        f"{seen.correlation:.3f}",
    )


def of_insights(scores: pl.DataFrame) -> str:
    """Tell how many packages fall under each label and list, and the first of each list."""
    labels = [(label.name, _counts(scores[label.name])) for label in LABELS]
    lists = "\n".join(_first(scores, insight.name, insight.rank_column) for insight in INSIGHTS)
    return f"""### Who falls where

{len(scores):,} starred projects of curated lists; what such a file does not tell (licences,
accounts, release days) is unknown in it, so some labels and lists stay empty.

{table(("label", "packages"), labels)}

The first {SHOWN} of each list:

{lists}"""


def _counts(values: pl.Series) -> str:
    counted = values.cast(pl.String).value_counts(sort=True)
    return ", ".join(f"{value} {n}" for value, n in counted.iter_rows())


def _first(scores: pl.DataFrame, name: str, rank: str) -> str:
    listed = scores.filter(pl.col(rank) <= SHOWN).sort(rank)
    names = ", ".join(listed["name"]) or "none"
    return f"- `{name}` ({scores[name].sum()} packages): {names}"
