"""What the played ClickHouse is filled with: a kept database, a bare data set, real counts."""

from datetime import date
from pathlib import Path

import httpx
import polars as pl
import pytest

from sample_data.from_daily import from_daily
from sample_data.generate import generate, last_days
from simulators.child import Playing, playing

LAST_DAY = date(2026, 11, 22)


def ask(server: Playing, sql: str) -> httpx.Response:
    address = server.addresses["clickhouse"]
    return httpx.post(address, params={"user": "demo"}, content=sql, timeout=120)


def test_a_kept_database_is_filled_again_only_for_other_data(tmp_path: Path) -> None:
    data = tmp_path / "data"
    generate(data, 30, last_days(LAST_DAY, 20), seed=3)
    kept = tmp_path / "state"
    total = "SELECT sum(count) FROM pypi.pypi_downloads_per_day"
    options = ["--state", str(kept)]
    with playing(data, ["clickhouse"], options) as first:
        before = ask(first, total).text
        filled = (kept / "clickhouse/loaded").stat().st_mtime_ns
    with playing(data, ["clickhouse"], options) as second:
        assert ask(second, total).text == before
        assert ask(second, "SELECT count() > uniqExact(project, date) FROM "
                           "pypi.pypi_downloads_per_day").text == "1\n"  # fmt: skip
    assert (kept / "clickhouse/loaded").stat().st_mtime_ns == filled
    other = tmp_path / "other"
    generate(other, 10, last_days(LAST_DAY, 20), seed=4)
    with playing(other, ["clickhouse"], options) as third:
        assert ask(third, total).text != before


def test_a_data_set_without_breakdowns_has_no_mirrors(tmp_path: Path) -> None:
    pl.DataFrame(
        {"project": ["a"], "day": [LAST_DAY], "downloads": [7]}
    ).write_parquet(tmp_path / "downloads_daily.parquet")  # fmt: skip
    with playing(tmp_path, ["clickhouse"]) as bare:
        mirrors = "pypi.pypi_downloads_per_day_by_version_by_installer_by_type"
        assert ask(bare, f"SELECT count() FROM {mirrors}").text == "0\n"
        assert ask(bare, "SELECT sum(count) FROM pypi.pypi_downloads_per_day").text == "7\n"


@pytest.mark.realdata
def test_real_counts_come_back_to_the_last_download(tmp_path: Path) -> None:
    name = "downloads/daily_2026-02-22_2026-06-30.parquet"
    checkout = next(path for path in Path(__file__).parents if (path / ".git").exists())
    real = checkout.parent / "shared" / "data" / name
    if not real.is_file():
        pytest.skip(f"there is no shared/data/{name} beside the checkout")
    from_daily(real, tmp_path)
    with playing(tmp_path, ["clickhouse"]) as server:
        told = ask(server, "SELECT project, sum(count) FROM pypi.pypi_downloads_per_day "
                           "GROUP BY project").text  # fmt: skip
    truth = pl.read_parquet(real).group_by("project").agg(pl.col("downloads").sum())
    received = (line.split("\t") for line in told.splitlines())
    assert {project: int(count) for project, count in received} == dict(truth.rows())
