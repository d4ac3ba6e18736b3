"""A week that fits on paper (libs/weekplan) fits when the service itself carries it out."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from evaluation.simulated_week import Week, repositories_of, simulate
from ingest_github.settings import Settings
from sample_data.generate import generate, last_days
from simulators.child import Playing, playing
from weekplan import HOURS_A_WEEK


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
