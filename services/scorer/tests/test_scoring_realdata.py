"""The quality of the scores on what really became of packages, by the published measure."""

import re
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from evaluation import scores as evaluate
from evaluation.files import without_repository
from evaluation.quality import outcome

SHARED = next(
    (up / "shared" for up in Path(__file__).resolve().parents if (up / "shared/eval").is_dir()),
    None,
)
pytestmark = [
    pytest.mark.realdata,
    pytest.mark.skipif(SHARED is None, reason="no ../shared/data beside the checkout"),
]


def measured(script: str, *arguments: object) -> list[float]:
    """Run an evaluation script; give the numbers of its first line."""
    assert SHARED is not None
    command = [sys.executable, str(SHARED / "eval" / script), *map(str, arguments)]
    out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return [float(number) for number in re.findall(r"(?<= )-?[\d.]+", out.splitlines()[0])]


def health_file() -> Path:
    """Path of the development data of health."""
    assert SHARED is not None
    return SHARED / "data/scoring/health_2023-06_abandoned.csv"


@pytest.mark.parametrize(("alone", "least"), [(False, 0.89), (True, 0.88)])
def test_health_tells_who_will_be_abandoned(tmp_path: Path, alone: bool, least: float) -> None:
    data = pl.read_csv(health_file())
    scores = evaluate.health(without_repository(data) if alone else data)
    scores.write_csv(tmp_path / "scores.csv")
    packages, auc = measured("eval_health.py", health_file(), tmp_path / "scores.csv")
    assert packages == len(data)
    assert auc >= least


@pytest.mark.parametrize(("months", "growing", "falling"), [(3, 0.37, 0.48), (6, 0.44, 0.47)])
def test_momentum_picks_growth_that_lasts(
    tmp_path: Path, months: int, growing: float, falling: float
) -> None:
    assert SHARED is not None
    path = SHARED / "data/downloads/monthly_2020-03_2024-11.parquet"
    data = pl.read_parquet(path)
    scores = evaluate.momentum(data)
    scores.write_parquet(tmp_path / "ours.parquet")
    _naive(data).join(scores.select("month").unique(), on="month", how="semi").write_parquet(
        tmp_path / "naive.parquet"
    )
    ours = measured("eval_momentum.py", path, tmp_path / "ours.parquet", months)
    naive = measured("eval_momentum.py", path, tmp_path / "naive.parquet", months)
    *_, up, fell = ours
    published = outcome(data, scores, months)
    assert (published.grew, published.fell) == pytest.approx((up, fell), abs=1e-3)
    assert up >= growing
    assert fell <= falling
    assert all(better > worse for better, worse in zip(ours[-4:-1], naive[-4:-1], strict=True))
    assert fell < naive[-1]


def _naive(data: pl.DataFrame) -> pl.DataFrame:
    """Last month against the month before: what momentum must beat."""
    ordered = data.sort("package", "month")
    ratio = pl.col("downloads") / pl.col("downloads").shift(1).over("package")
    return ordered.select("month", "package", score=ratio).drop_nulls()


def test_no_growth_is_read_across_the_counting_break_of_2021() -> None:
    assert SHARED is not None
    data = pl.read_parquet(SHARED / "data/downloads/monthly_2020-03_2024-11.parquet")
    months = set(evaluate.momentum(data)["month"])
    assert "2021-01" in months
    assert not {"2021-05", "2021-06", "2021-07"} & months
    assert "2021-08" in months


def test_well_known_packages_are_where_readers_expect_them() -> None:
    assert SHARED is not None
    snapshot = pl.read_parquet(SHARED / "data/scoring/joined_snapshot.parquet")
    found = evaluate.insights(evaluate.snapshot_scores(snapshot, None))
    labels = dict(found.iter_rows())
    assert "|industry_standard" in labels["numpy"]
    assert "|invisible_infrastructure" in labels["certifi"]
    assert "|hidden_gem" in labels["send2trash"]
    assert "|may_need_maintainers" in labels["fuzzywuzzy"]
    assert "|may_need_maintainers" not in labels["six"]
