"""The comparison of two sources for one day."""

import asyncio
from datetime import date

import msgspec
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest_downloads.crosscheck import AGREE, DIFFER, UNREADABLE, Comparison, compare, main
from ingest_downloads.source import EncodedDays
from simulators.child import playing

DAY = "2026-06-30"
counts = st.dictionaries(st.text("abc-", min_size=1, max_size=4), st.integers(1, 10_000))


async def each(downloads):
    for name, count in sorted(downloads.items()):
        yield EncodedDays(name, msgspec.Raw(f"[{count}]"))


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(counts, counts, st.floats(0, 0.9), st.integers(0, 500))
def test_every_name_of_either_source_is_judged_once(first, second, bound, least):
    comparison = Comparison(bound, least, show=5)
    asyncio.run(compare(each(first), each(second), comparison))
    pairs = {name: (first.get(name, 0), second.get(name, 0)) for name in first | second}
    apart = {
        name: abs(a - b) / max(a, b)
        for name, (a, b) in pairs.items()
        if max(a, b) >= least and abs(a - b) / max(a, b) > bound
    }
    assert comparison.names == len(pairs)
    assert comparison.first_total == sum(first.values())
    assert comparison.second_total == sum(second.values())
    assert comparison.beyond == len(apart)
    shown = sorted(apart.values(), reverse=True)[:5]
    assert sorted((each.share for each in comparison.worst), reverse=True) == shown


@pytest.fixture
def both(monkeypatch, simulators, bigquery):
    monkeypatch.setenv("CLICKHOUSE_URL", simulators.url)
    monkeypatch.setenv("BIGQUERY_ENDPOINT", bigquery.url)
    monkeypatch.setenv("BIGQUERY_PROJECT", "payer")


@pytest.fixture
def command(both, capsys):
    async def run(*arguments):
        status = await asyncio.to_thread(main, ["--day", DAY, *arguments])
        return status, capsys.readouterr()

    return run


async def test_sources_with_the_same_counts_agree(command):
    status, output = await command("--bound", "0", "--least", "1")
    assert status == AGREE
    assert "0 names differ by more than 0.0%" in output.out


async def test_what_one_source_lacks_is_named(command, dataset, tmp_path, monkeypatch):
    daily = pl.read_parquet(dataset / "downloads_daily.parquet")
    fewer = daily.filter(pl.col("project") != "package-029")
    fewer.write_parquet(tmp_path / "downloads_daily.parquet")
    with playing(tmp_path, ["bigquery"]) as bigquery:
        monkeypatch.setenv("BIGQUERY_ENDPOINT", bigquery.addresses["bigquery"])
        status, output = await command()
    assert status == DIFFER
    assert "1 names differ by more than 2.0%" in output.out
    assert " 100.0%           1,330               0  package-029" in output.out


async def test_a_source_without_the_day_is_no_difference(command, simulators):
    simulators.fault("hide:2026-06-30")
    status, output = await command()
    assert status == UNREADABLE
    assert output.err.strip() == f"clickhouse has no downloads on {date(2026, 6, 30)}"
