"""An operator must learn before a week whether it is long enough, and what it waits for."""

from dataclasses import dataclass, replace

import pytest

from weekplan import Load, bottleneck, first_reading, plan, printed

LOAD = Load(
    packages=886_000,
    repositories=400_000,
    deep=20_000,
    changed=0.02,
    unchanged=0.0,
    latency=0.2,
)


@dataclass(frozen=True)
class Pace:
    pypi_concurrency: int = 6
    github_concurrency: int = 16
    github_requests_per_minute: int = 600


def test_one_token_is_enough_for_a_week_of_every_repository() -> None:
    lines = plan(LOAD, 1, Pace())
    github = sum(line.hours for line in lines if line.what.startswith("GitHub"))
    assert github == pytest.approx(124, abs=1)
    assert bottleneck(lines).endswith("(74%): the week fits")
    assert "5,000 requests an hour with 1 token" in bottleneck(lines)


def test_without_a_token_it_is_not_and_the_plan_says_so() -> None:
    assert bottleneck(plan(LOAD, 0, Pace())).endswith("the week does not fit")


def test_with_many_tokens_something_else_is_the_bottleneck() -> None:
    hours = {n: plan(LOAD, n, Pace())[3].hours for n in (1, 10, 100)}
    assert hours[10] == pytest.approx(hours[1] / 10)
    assert hours[100] > hours[1] / 100


def test_unchanged_repositories_cost_no_quota() -> None:
    half = replace(LOAD, unchanged=0.5)
    assert plan(half, 1, Pace())[3].hours == pytest.approx(40)


def test_the_table_names_requests_hours_and_what_binds() -> None:
    table = printed(plan(LOAD, 1, Pace()), first_reading(LOAD, Pace()))
    assert "GitHub: every repository                 400,000     80.0  5,000 requests" in table
    assert "PyPI: every project's status           1,006,000      9.3" in table
    assert "PyPI: all packages, the first time     1,772,000" in table
