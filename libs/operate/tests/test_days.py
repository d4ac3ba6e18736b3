"""A schedule asks for the day that has just ended, wherever its machine stands."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from typer.testing import CliRunner

from operate.cli import commands
from operate.days import day_named
from operate.failure import OperatorError


def test_yesterday_is_utcs_whatever_the_clock_of_the_machine_says() -> None:
    just_after_midnight = datetime(2026, 7, 1, 0, 5, tzinfo=UTC)
    in_new_york = just_after_midnight.astimezone(timezone(-timedelta(hours=4)))
    assert in_new_york.date() == date(2026, 6, 30)
    assert day_named("yesterday", in_new_york) == date(2026, 6, 30)


def test_a_day_may_be_named_by_its_date() -> None:
    assert day_named("2026-02-28", datetime.now(UTC)) == date(2026, 2, 28)


@pytest.mark.parametrize("word", ["2026-02-30", "tomorrow", "today", ""])
def test_a_word_that_is_no_day_is_refused_in_one_sentence(word: str) -> None:
    with pytest.raises(OperatorError, match="is no day"):
        day_named(word, datetime.now(UTC))


def test_a_schedules_command_is_one_the_entry_point_takes() -> None:
    command = ["runs", "request", "downloads", "yesterday", "--dry-run"]
    answer = CliRunner().invoke(commands, command)
    assert answer.exit_code == 0
    expected = day_named("yesterday", datetime.now(UTC))
    assert answer.stdout.strip() == f"would ask for downloads of {expected}"
