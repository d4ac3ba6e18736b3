"""A failed question is one line of log that names everything, however often it was put."""

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import stamina
import stamina.instrumentation
import structlog
from structlog.testing import capture_logs

from servicekit.bounded_lines import LINES_A_MINUTE
from servicekit.sources import SOURCES
from servicekit.tries import Question, Tries

QUESTION = Question("a source", "/pypi/requests/json", "it counts as unread")


class BusyError(Exception):
    pass


class WrongError(Exception):
    pass


@pytest.fixture(autouse=True)
def quick() -> Iterator[None]:
    hooks = stamina.instrumentation.get_on_retry_hooks()
    stamina.instrumentation.set_on_retry_hooks([])  # as `configure_logging` does
    with stamina.set_testing(True, attempts=4, cap=True):
        yield
    stamina.instrumentation.set_on_retry_hooks(hooks)


@pytest.fixture
def lines() -> Iterator[list[Any]]:
    structlog.reset_defaults()
    with capture_logs(processors=[structlog.contextvars.merge_contextvars]) as written:
        yield written


async def ask(*failures: Exception, **more: Any) -> int:
    """Put the question until it is answered; each failure meets one try. Returns the tries."""
    left, tries = list(failures), 0
    async for attempt in Tries(
        QUESTION, BusyError, attempts=4, first_pause=0.01, longest_pause=0.01, **more
    ):
        with attempt:
            tries += 1
            if left:
                raise left.pop(0)
    return tries


async def test_a_question_that_stays_unanswered_is_one_line(lines: list[Any]) -> None:
    with (
        structlog.contextvars.bound_contextvars(package="requests"),
        pytest.raises(BusyError),
    ):
        await ask(*[BusyError("status 500")] * 4)
    (line,) = lines
    seconds = line.pop("seconds")
    assert seconds >= 0
    assert line == {
        "event": "source failed",
        "log_level": "warning",
        "source": "a source",
        "asked": "/pypi/requests/json",
        "package": "requests",
        "tries": 4,
        "error": "status 500",
        "next": "it counts as unread",
    }


async def test_an_answer_after_failures_is_one_line_too(lines: list[Any]) -> None:
    assert await ask(BusyError("status 502"), BusyError("status 503")) == 3
    (line,) = lines
    assert (line["event"], line["tries"], line["error"]) == (
        "source answered after failures", 3, "status 503",
    )  # fmt: skip


async def test_an_answer_at_once_is_no_line(lines: list[Any]) -> None:
    assert await ask() == 1
    assert lines == []


async def test_what_cannot_pass_ends_the_tries_and_is_told(lines: list[Any]) -> None:
    with pytest.raises(WrongError):
        await ask(WrongError("status 403"))
    assert [(line["event"], line["tries"]) for line in lines] == [("source failed", 1)]


async def test_an_error_that_is_an_answer_does_not_speak_against_the_source(
    lines: list[Any],
) -> None:
    before = SOURCES.failed_tries["a source"]
    with pytest.raises(WrongError):
        await ask(WrongError("too many rows"), failure=lambda error: isinstance(error, BusyError))
    assert lines == []
    assert SOURCES.failed_tries["a source"] == before


FLOOD = """
import asyncio, stamina
from servicekit.logging import configure_logging
from servicekit.settings import ServiceSettings
from servicekit.tries import Question, Tries

async def ask(name):
    question = Question("PyPI", f"/pypi/{name}/json", "it counts as unread")
    async for attempt in Tries(
        question, ConnectionError, attempts=6, first_pause=0.01, longest_pause=0.01
    ):
        with attempt:
            raise ConnectionError("status 500")

async def main():
    await asyncio.gather(*(ask(number) for number in range(300)), return_exceptions=True)

configure_logging("ingest-github", ServiceSettings())
with stamina.set_testing(True, attempts=6, cap=True):
    asyncio.run(main())
"""


def test_a_source_that_answers_nothing_does_not_flood_the_log() -> None:
    """300 packages of six tries each: 1,500 lines of `<context block>` before."""
    done = subprocess.run([sys.executable, "-c", FLOOD], capture_output=True, text=True, check=True)
    assert "context block" not in done.stdout
    *lines, last = map(json.loads, done.stdout.splitlines())
    assert len(lines) == LINES_A_MINUTE
    assert all(line["tries"] == 6 and line["asked"].startswith("/pypi/") for line in lines)
    assert last["event"] == f"left out {300 - LINES_A_MINUTE} lines: source failed (PyPI)"
