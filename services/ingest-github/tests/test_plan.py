"""An operator must learn before a run whether a week is long enough, and the truth of it."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from ingest_github.plan import HOURS_A_WEEK, Load, bottleneck, first_reading, plan, printed
from ingest_github.settings import Settings
from ingest_github.simulated_week import Week, repositories_of, simulate
from replay.child import Playing, playing
from sample_data.generate import generate, last_days

LOAD = Load(
    packages=886_000,
    repositories=400_000,
    deep=20_000,
    changed=0.02,
    unchanged=0.0,
    latency=0.2,
)


def test_one_token_is_enough_for_a_week_of_every_repository() -> None:
    lines = plan(LOAD, 1, Settings())
    github = sum(line.hours for line in lines if line.what.startswith("GitHub"))
    assert github == pytest.approx(124, abs=1)
    assert bottleneck(lines).endswith("(74%): the week fits")
    assert "5,000 requests an hour with 1 token" in bottleneck(lines)


def test_without_a_token_it_is_not_and_the_plan_says_so() -> None:
    assert bottleneck(plan(LOAD, 0, Settings())).endswith("the week does not fit")


def test_with_many_tokens_something_else_is_the_bottleneck() -> None:
    hours = {n: plan(LOAD, n, Settings())[2].hours for n in (1, 10, 100)}
    assert hours[10] == pytest.approx(hours[1] / 10)
    assert hours[100] > hours[1] / 100


def test_unchanged_repositories_cost_no_quota() -> None:
    half = Load(**{**LOAD.__dict__, "unchanged": 0.5})
    assert plan(half, 1, Settings())[2].hours == pytest.approx(40)


def test_the_table_names_requests_hours_and_what_binds() -> None:
    table = printed(plan(LOAD, 1, Settings()), first_reading(LOAD, Settings()))
    assert "GitHub: every repository                 400,000     80.0  5,000 requests" in table
    assert "PyPI: all packages, the first time     1,772,000" in table


@pytest.fixture
def data(tmp_path: Path) -> Path:
    generate(tmp_path, 260, last_days(date(2026, 11, 22), 10), seed=3)
    return tmp_path


@pytest.fixture
def played(data: Path) -> Iterator[Playing]:
    with playing(
        data, ["github"], ["--github-hourly", "50", "--github-per-minute", "20"]
    ) as running:
        yield running


async def test_a_simulated_week_keeps_the_played_limits(data: Path, played: Playing) -> None:
    """180 repositories and 6 with deeper facts on a token of 50 an hour: five hours."""
    week = Week(repositories=180, deep=6, tokens=1, latency=0.2)
    settings = Settings(github_requests_per_minute=18)
    outcomes = await simulate(week, repositories_of(data), played.addresses["github"], settings)
    assert outcomes.looks.total() == 180
    assert set(outcomes.looks) <= {"ok", "gone", "blocked", "empty"}
    assert outcomes.requests["limited"] <= 1
    assert 3.5 < outcomes.hours < 6 < HOURS_A_WEEK
    assert outcomes.most_in_an_hour <= 50
