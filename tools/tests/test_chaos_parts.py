"""The parts of the chaos program that judge or trouble: a wrong one would make every night pass."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import msgspec
import pytest

from chaos import report, version
from chaos.lab import linked
from chaos.link import Link
from chaos.night import differences, without_own_numbers
from chaos.scenario import Outcome, Result, Scenario
from chaos.scenarios import SCENARIOS, SHORT, chosen
from chaos.stage import Stage
from devstack.processes.child import Program
from events.topology import SUBJECTS, Subject

DAY = date(2026, 11, 24)


@pytest.fixture
async def echo() -> AsyncIterator[int]:
    """A server that sends back what it gets."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(1000):
            writer.write(data)
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1]
    server.close()


async def said(link: Link, seconds: float = 2.0) -> bytes:
    """What comes back over a new connection; nothing where it ends or stays silent."""
    reader, writer = await asyncio.open_connection("127.0.0.1", link.port)
    try:
        writer.write(b"hello")
        async with asyncio.timeout(seconds):
            return await reader.read(5)
    except (OSError, TimeoutError):
        return b""
    finally:
        writer.close()


async def test_a_link_carries_until_it_is_cut_and_again_when_it_is_mended(echo: int) -> None:
    link = Link(echo)
    async with link.laid():
        assert await said(link) == b"hello"
        link.cut()
        assert await said(link) == b""
        link.mend()
        assert await said(link) == b"hello"


async def test_a_cut_ends_the_connections_that_stand(echo: int) -> None:
    link = Link(echo)
    async with link.laid():
        reader, writer = await asyncio.open_connection("127.0.0.1", link.port)
        writer.write(b"hello")
        assert await reader.read(5) == b"hello"
        link.cut()
        async with asyncio.timeout(2):
            with pytest.raises(ConnectionResetError):
                if await reader.read(1) == b"":
                    raise ConnectionResetError
        writer.close()


async def test_what_a_silent_link_holds_back_arrives_when_it_is_mended(echo: int) -> None:
    link = Link(echo)
    async with link.laid():
        link.silence()
        waiting = asyncio.create_task(said(link, seconds=5))
        await asyncio.sleep(0.3)
        assert not waiting.done()
        link.mend()
        assert await waiting == b"hello"


async def test_a_slow_link_is_slow_both_ways(echo: int) -> None:
    link = Link(echo)
    async with link.laid():
        link.slow(0.1)
        began = time.monotonic()
        assert await said(link) == b"hello"
        assert time.monotonic() - began >= 0.2


async def test_nobody_behind_a_link_ends_the_connection() -> None:
    link = Link(1)
    async with link.laid():
        assert await said(link) == b""


def test_only_the_named_service_is_led_through_a_link() -> None:
    link = Link(4222)
    link.port = 9999
    variables = {"NATS_URL": "nats://127.0.0.1:4222", "HTTP_PORT": "4222"}

    async def ready() -> str:
        return ""

    for name, port in (("scorer", 9999), ("api", 4222)):
        program = Program(name, ("true",), ready, variables)
        changed = linked(program, {"scorer>nats": link}).environment
        assert changed == {"NATS_URL": f"nats://127.0.0.1:{port}", "HTTP_PORT": "4222"}


def test_a_row_that_lacks_and_one_that_is_new_are_both_named() -> None:
    expected = {"months": [(1, "a"), (2, "b")], "days": [(1,)]}
    found = {"months": [(1, "a"), (2, "x")], "days": [(1,)]}
    assert differences(expected, expected) == []
    (only,) = differences(expected, found)
    assert only == "months: 1 rows lack, 1 are new: (2, 'x')"


def test_a_row_that_is_there_twice_is_a_difference() -> None:
    (only,) = differences({"days": [(1,)]}, {"days": [(1,), (1,)]})
    assert only.startswith("days: ")


def test_answers_are_compared_without_what_we_count_ourselves() -> None:
    body = {"generation": 7, "packages": [{"name": "a", "generation": 7, "stars": 3}]}
    assert without_own_numbers(body) == {"packages": [{"name": "a", "stars": 3}]}


def test_scenarios_are_found_by_name_and_by_how_names_begin() -> None:
    assert [each.name for each in chosen(["kill-api"])] == ["kill-api"]
    kills = [each.name for each in chosen(["kill-scorer-f", "silent-p"])]
    assert kills == ["kill-scorer-finishing", "silent-pypi"]
    assert len(chosen([])) == len(SCENARIOS)
    assert len({each.name for each in SCENARIOS}) == len(SCENARIOS)
    assert len(chosen(list(SHORT))) == len(SHORT)
    with pytest.raises(KeyError):
        chosen(["no-such-thing"])


@pytest.mark.parametrize("subject", SUBJECTS, ids=lambda subject: subject.name)
def test_messages_of_a_newer_and_an_older_release_are_still_that_event(subject: Subject) -> None:
    sample = next(
        parent / "tests" / "contracts" / "samples" / "v1" / f"{subject.name}.json"
        for parent in report.PAGE.parents
        if (parent / "tests" / "contracts").is_dir()
    )
    event = msgspec.json.decode(sample.read_bytes(), type=subject.event)
    newer = msgspec.json.encode(version.RELEASES["newer"](event))
    assert version.UNKNOWN.encode() in newer
    assert msgspec.json.decode(newer, type=subject.event) == event
    older = msgspec.json.encode(version.RELEASES["older"](event))
    assert msgspec.json.decode(older, type=subject.event) is not None


def test_the_page_keeps_the_rows_of_what_was_not_played() -> None:
    stage = Stage(Path(), Path(), Path(), {"days": []}, {"/": 1}, 1.0)
    first, second, *_ = SCENARIOS
    before = report.page("", [result(first), result(second)], stage, DAY)
    again = report.page(before, [result(second, Outcome.FAILED)], stage, date(2026, 11, 25))
    rows = [row for row in again.splitlines() if row.startswith("| `")]
    assert [row.split(" | ")[0] for row in rows] == [f"| `{first.name}`", f"| `{second.name}`"]
    assert "passed" in rows[0] and rows[0].endswith("2026-11-24 |")
    assert "FAILED" in rows[1] and rows[1].endswith("2026-11-25 |")


def result(scenario: Scenario, outcome: Outcome = Outcome.PASSED) -> Result:
    return Result(scenario, outcome, answers=Counter({"200": 5}))
