"""Run the scores over files, so that their quality can be measured by others.

python -m evaluation.scores health   --data CSV     --out CSV       (columns pkg, score)
python -m evaluation.scores momentum --data PARQUET --out PARQUET   (columns month, package, score)
python -m evaluation.scores insights --data PARQUET --out CSV       (columns package, labels)

The same code as in the service. With --docs docs/methodology.md the figures of the evaluation are
put into the methodology, whose other parts are rendered anew from the definitions.
"""

import argparse
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl

from evaluation import figures, methodology
from evaluation.files import (
    HEALTH_DAY,
    health_inputs,
    snapshot_day,
    snapshot_inputs,
    without_repository,
)
from scorer.scoring import score_packages
from scorer.scoring.insights import INSIGHTS
from scorer.scoring.momentum import BLOCKS, Matrix, market_growth, trend
from scorer.scoring.rulebook import LABELS

NO_EVIDENCE = 50.0
"""Score written for a package of which too little is known, since the file must have a number."""


def health(data: pl.DataFrame) -> pl.DataFrame:
    """Return pkg and score from a table of ages and counts; NaN in it means not known."""
    scores = score_packages(health_inputs(data), HEALTH_DAY)
    return data.select("pkg").with_columns(score=scores["health"].fill_null(NO_EVIDENCE))


def momentum(data: pl.DataFrame) -> pl.DataFrame:
    """Return month, package and score for each month that has a trend; months stand for blocks.

    A month that the table lacks is unknown, and so is a package in a month that does not list it.
    """
    numbered = data.with_columns(_month_number().alias("number"))
    table = numbered.pivot(on="number", index="package", values="downloads")
    months = numbered.select("number", "month").unique().sort("number").iter_rows()
    scored = [_month(table, number, name) for number, name in months]
    return pl.concat(scored)


def _month_number() -> pl.Expr:
    year, month = (pl.col("month").str.slice(*at).cast(pl.Int32) for at in ((0, 4), (5, 2)))
    return year * 12 + month - 1


def _month(table: pl.DataFrame, number: int, name: str) -> pl.DataFrame:
    blocks = np.column_stack([_block(table, number - back) for back in range(BLOCKS)])
    score = trend(blocks, market_growth(blocks[:, :, None]))
    return (
        table.select(pl.lit(name).alias("month"), "package")
        .with_columns(score=pl.Series(score, dtype=pl.Float64))
        .filter(pl.col("score").is_finite())
    )


def _block(table: pl.DataFrame, number: int) -> Matrix:
    if str(number) not in table.columns:
        return np.full(len(table), np.nan)
    return table[str(number)].cast(pl.Float64).fill_null(np.nan).to_numpy()


def snapshot_scores(data: pl.DataFrame, history: pl.DataFrame | None) -> pl.DataFrame:
    """Return the inputs of a snapshot of joined projects beside their scores."""
    inputs = snapshot_inputs(data, history)
    return inputs.join(score_packages(inputs, snapshot_day(data)), on="package_id")


def insights(scores: pl.DataFrame) -> pl.DataFrame:
    """Return package and its labels and lists, as `maintenance:active|...|hidden_gem`."""
    labels = pl.concat_str(
        *(pl.concat_str(pl.lit(f"{label.name}:"), label.name) for label in LABELS),
        *(pl.when(insight.name).then(pl.lit(insight.name)) for insight in INSIGHTS),
        separator="|",
        ignore_nulls=True,
    )
    return scores.select(pl.col("name").alias("package"), labels.alias("labels"))


def run_health(data: pl.DataFrame, _: pl.DataFrame | None) -> tuple[pl.DataFrame, str]:
    """Return health's scores, and its figures where the file knows what became of packages."""
    scores = health(data)
    if "abandoned" not in data.columns:
        return scores, ""
    alone = health(without_repository(data))
    return scores, figures.of_health(data["abandoned"], scores["score"], alone["score"])


def run_momentum(data: pl.DataFrame, _: pl.DataFrame | None) -> tuple[pl.DataFrame, str]:
    """Return momentum's scores and figures."""
    scores = momentum(data)
    return scores, figures.of_momentum(data, scores)


def run_insights(data: pl.DataFrame, history: pl.DataFrame | None) -> tuple[pl.DataFrame, str]:
    """Return the labels and lists, and who stands in them."""
    scores = snapshot_scores(data, history)
    return insights(scores), figures.of_insights(scores)


Task = Callable[[pl.DataFrame, pl.DataFrame | None], tuple[pl.DataFrame, str]]
TASKS: dict[str, Task] = {
    "health": run_health,
    "momentum": run_momentum,
    "insights": run_insights,
}


def _read(path: Path) -> pl.DataFrame:
    return pl.read_csv(path) if path.suffix == ".csv" else pl.read_parquet(path)


def _write(frame: pl.DataFrame, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    (frame.write_csv if path.suffix == ".csv" else frame.write_parquet)(path)


def _document(path: Path, task: str, told: str) -> None:
    """Render the methodology anew, with these figures in place of the task's old ones."""
    old = methodology.figures_in(path.read_text()) if path.exists() else {}
    path.write_text(methodology.render(old | {task: told}))


def _history(path: Path | None, data: Path) -> pl.DataFrame | None:
    """Read daily downloads: the file named, or the one in `downloads` beside the data's folder."""
    beside = sorted((data.resolve().parent.parent / "downloads").glob("daily_*.parquet"))
    found = path or next(iter(beside), None)
    return pl.read_parquet(found) if found else None


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m evaluation.scores")
    parser.add_argument("task", choices=TASKS)
    parser.add_argument("--data", type=Path, required=True, help="CSV or parquet file to score")
    parser.add_argument("--out", type=Path, required=True, help="CSV or parquet file to write")
    parser.add_argument(
        "--history",
        type=Path,
        help="insights: daily downloads, parquet; by default those beside the data",
    )
    parser.add_argument("--docs", type=Path, help="methodology to render with the new figures")
    return parser.parse_args()


def main() -> None:
    """Score a file, and tell its figures where asked."""
    chosen = _arguments()
    history = _history(chosen.history, chosen.data)
    scores, told = TASKS[chosen.task](_read(chosen.data), history)
    _write(scores, chosen.out)
    if chosen.docs:
        _document(chosen.docs, chosen.task, told)


if __name__ == "__main__":
    main()
