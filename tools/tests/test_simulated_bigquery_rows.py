"""Rows made for the played BigQuery stand for exactly the downloads that the files count."""

from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulators.bigquery.rows import make_rows
from simulators.dataset import DIMENSIONS, Dataset

LAST_DAY = date(2026, 11, 22)

counts = st.integers(0, 50)
days_of_labels = st.dictionaries(
    st.tuples(st.sampled_from(["a", "b", "c"]), st.integers(0, 2)),
    st.dictionaries(st.sampled_from(["", "x", "y", "bandersnatch"]), counts, max_size=4),
    max_size=6,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    totals=st.dictionaries(
        st.tuples(st.sampled_from(["a", "b", "c"]), st.integers(0, 2)), st.integers(200, 400)
    ),
    by_dimension=st.dictionaries(st.sampled_from(DIMENSIONS), days_of_labels, max_size=4),
)
def test_rows_sum_to_every_label_of_every_dimension_and_to_the_day(
    totals: dict[tuple[str, int], int],
    by_dimension: dict[str, dict[tuple[str, int], dict[str, int]]],
) -> None:
    def row(key: tuple[str, int], **more: Any) -> dict[str, Any]:
        return {"project": key[0], "day": LAST_DAY + timedelta(days=key[1]), **more}

    schema = {"project": pl.String, "day": pl.Date, "downloads": pl.Int64}
    with TemporaryDirectory() as name:
        folder = Path(name)
        pl.DataFrame([row(key, downloads=n) for key, n in totals.items()], schema).write_parquet(
            folder / "downloads_daily.parquet"
        )
        labelled = {
            dimension: pl.DataFrame(
                [
                    row(key, label=label, downloads=count)
                    for key, labels in told.items()
                    if key in totals
                    for label, count in labels.items()
                ],
                {"project": pl.String, "day": pl.Date, "label": pl.String, "downloads": pl.Int64},
            )
            for dimension, told in by_dimension.items()
        }
        for dimension, frame in labelled.items():
            frame.write_parquet(folder / f"downloads_by_{dimension}.parquet")
        rows = make_rows(Dataset(folder))
    assert (rows["downloads"] > 0).all()
    days = rows.group_by("project", "day").agg(pl.col("downloads").sum())
    assert sorted(days.rows()) == sorted(
        (*row(key).values(), count) for key, count in totals.items()
    )
    for dimension, frame in labelled.items():
        keys = ["project", "day", dimension]
        sums = rows.drop_nulls(dimension).group_by(keys).agg(pl.col("downloads").sum())
        known = frame.filter((pl.col("label") != "") & (pl.col("downloads") > 0))
        assert sorted(sums.rows()) == sorted(known.rows())
