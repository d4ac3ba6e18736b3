"""An operator can try each command without doing anything, and is refused in one sentence."""

import inspect
from typing import Any

import pytest
from typer.testing import CliRunner

from events import CacheAction, CacheOrdered, RunAction
from events.topology import CACHE_ORDERED, SUBJECTS
from ingest_github.settings import Settings as GitHubSettings
from operate.cache import Cache
from operate.cli import commands
from operate.failure import OperatorError
from operate.runs import Runs
from operate.week import UsualPace

CHANGING = {"runs request", "runs release", "runs cancel", "letters replay", "backfill"} | {
    "cache warm",
    "cache purge",
}
SHOWING = {"runs list", "runs show", "letters list", "letters show", "plan"} | {
    "schedule show",
    "schedule check",
}
RUNNING = {"schedule run"}
"""Goes on until it is told to stop; `schedule show` says what it would do."""


def every_command() -> dict[str, Any]:
    """Return each command's words and the function behind it."""
    found = {
        each.name or each.callback.__name__: each.callback for each in commands.registered_commands
    }  # type: ignore[union-attr]
    for group in commands.registered_groups:
        assert group.typer_instance is not None
        for each in group.typer_instance.registered_commands:
            found[f"{group.name} {each.name}"] = each.callback
    return found


def test_every_command_is_known_to_show_or_to_change() -> None:
    assert set(every_command()) == CHANGING | SHOWING | RUNNING


@pytest.mark.parametrize("words", sorted(CHANGING | SHOWING | RUNNING))
def test_every_command_explains_itself(words: str) -> None:
    answer = CliRunner().invoke(commands, [*words.split(), "--help"])
    assert answer.exit_code == 0
    assert (every_command()[words].__doc__ or "").split(";")[0].split(":")[0][:40] in answer.stdout


@pytest.mark.parametrize("words", sorted(CHANGING))
def test_whatever_changes_something_can_be_tried_first(words: str) -> None:
    assert "dry_run" in inspect.signature(every_command()[words]).parameters


def test_the_plan_of_a_week_names_what_it_waits_for() -> None:
    answer = CliRunner().invoke(commands, ["plan", "--tokens", "0"])
    assert answer.exit_code == 0
    assert "60 requests an hour with 0 tokens" in answer.stdout
    assert "the week does not fit" in answer.stdout


def test_the_usual_pace_is_what_the_service_keeps_by_itself() -> None:
    usual, settings = UsualPace(), GitHubSettings()
    for name in vars(usual):
        assert getattr(usual, name) == getattr(settings, name), name


class Noted:
    """A bus that notes what it is given."""

    def __init__(self) -> None:
        self.sent: list[tuple[Any, Any, str]] = []

    async def send(self, subject: Any, event: Any, msg_id: str) -> None:
        self.sent.append((subject, event, msg_id))


async def test_the_same_order_given_again_counts_again() -> None:
    bus = Noted()
    for _ in range(2):
        await Cache(bus).order(CacheAction.PURGE, "wrong colour")  # type: ignore[arg-type]
    (subject, event, first), (_, _, second) = bus.sent
    assert subject is CACHE_ORDERED in SUBJECTS
    assert isinstance(event, CacheOrdered) and event.reason == "wrong colour"
    assert first != second


async def test_an_order_for_a_run_that_nobody_knows_is_refused() -> None:
    nowhere = Runs("postgresql://nobody@127.0.0.1:1/nothing", Noted())  # type: ignore[arg-type]
    for act in (nowhere.check_order, nowhere.order):
        with pytest.raises(OperatorError, match="is not known: there is nothing to release"):
            await act("downloads-2026-06-30-1", RunAction.RELEASE, "holiday")
