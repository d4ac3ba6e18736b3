"""The measures behind the published figures: a wrong figure would be a false promise."""

import polars as pl
import pytest
from sklearn.metrics import roc_auc_score

from evaluation.quality import auc, bands, outcome


def test_auc_is_the_usual_one_with_ties_counted_half() -> None:
    score = pl.Series([10.0, 40.0, 40.0, 60.0, 90.0, 20.0])
    ended = pl.Series([True, True, False, False, False, False])
    assert auc(score, ended) == pytest.approx(roc_auc_score(~ended.to_numpy(), score.to_numpy()))


def test_bands_count_their_lower_edge() -> None:
    counted = bands(pl.Series([39.9, 40.0, 85.0, 100.0]), pl.Series([True, True, False, True]))
    assert counted.rows() == [("0-40", 1, 1.0), ("40-55", 1, 1.0), ("85-100", 2, 0.5)]


def test_a_score_that_knows_the_future_picks_only_growth() -> None:
    """Of 500 packages every tenth doubles; the others stand still."""
    months = {"2024-01": 0, "2024-02": 0, "2024-05": 1}
    names = [f"p{k}" for k in range(500)]
    rows = [
        (month, name, (10_000 - 10 * k) * (2 if later and k % 10 == 0 else 1))
        for month, later in months.items()
        for k, name in enumerate(names)
    ]
    downloads = pl.DataFrame(rows, schema=["month", "package", "downloads"], orient="row")
    knowing = pl.DataFrame(
        {"month": "2024-02", "package": names, "score": [float(k % 10 == 0) for k in range(500)]}
    )
    seen = outcome(downloads, knowing, 3)
    assert seen.months == 1
    assert seen.grew == pytest.approx(0.4), "40 of the 100 picked can have grown: all there are"
    assert seen.correlation > 0.4
    blind = knowing.with_columns(score=-pl.col("score"))
    assert outcome(downloads, blind, 3).grew == 0
