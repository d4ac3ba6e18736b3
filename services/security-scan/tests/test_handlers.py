"""What the service sends, in the order it sends it."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from typing import Any

import httpx
import msgspec
import pytest
import stamina

from events import (
    Event,
    Finding,
    FindingKind,
    PackageFindings,
    RunKind,
    RunPlanned,
    RunRequested,
    SecurityObserved,
    SecurityTask,
    SecurityWork,
)
from events.topology import MAX_PAYLOAD, Subject
from security_scan.examine import Links
from security_scan.handlers import examine_packages, fitting, publish_catalogue
from security_scan.library import Library
from security_scan.lookalike.bench import Bench
from security_scan.settings import Settings
from security_scan.store import ArchiveStore

LINKS = Links(advisory="https://osv.example/", pypi="https://pypi.example/")
DAY = date(2026, 6, 30)


class Outbox:
    """Keeps what would have been sent."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str, Event]] = []

    async def send(self, subject: Subject, event: Event, msg_id: str) -> None:
        self.sent.append((subject.name, msg_id, event))


@pytest.fixture(autouse=True)
def no_pauses() -> Any:
    with stamina.set_testing(True, attempts=1):
        yield


@pytest.fixture
async def library(settings: Settings) -> AsyncIterator[Library]:
    async with httpx.AsyncClient(timeout=5) as client:
        yield Library(client, settings, ArchiveStore(settings.cache_dir))


def request(kind: RunKind) -> RunRequested:
    now = datetime(2026, 6, 30, tzinfo=UTC)
    return RunRequested(run_id="run-1", kind=kind, day=DAY, requested_at=now, deadline=now)


async def test_the_catalogue_is_sent_whole_before_the_plan(
    library: Library, settings: Settings, bucket: Any
) -> None:
    bucket.offer(*(f"PYSEC-{n}" for n in range(260)))
    outbox = Outbox()
    await publish_catalogue(request(RunKind.SECURITY), library, settings, outbox)
    assert [(subject, msg_id) for subject, msg_id, _ in outbox.sent] == [
        ("security.advisories", "run-1:security.advisories:0"),
        ("security.advisories", "run-1:security.advisories:1"),
        ("runs.planned", "run-1:runs.planned:0"),
    ]
    plan = outbox.sent[-1][2]
    assert isinstance(plan, RunPlanned)
    assert plan.batches == 2
    assert plan.facts is not None
    assert (plan.facts.source, plan.facts.records) == ("osv", 260)


@pytest.mark.parametrize("kind", [RunKind.DOWNLOADS, RunKind.METADATA, RunKind.BACKFILL])
async def test_runs_of_other_kinds_are_somebody_elses(
    library: Library, settings: Settings, bucket: Any, kind: RunKind
) -> None:
    outbox = Outbox()
    await publish_catalogue(request(kind), library, settings, outbox)
    assert (outbox.sent, bucket.requests) == ([], [])


async def test_a_source_out_of_reach_is_told_as_a_problem_that_a_later_success_can_replace(
    library: Library, settings: Settings, bucket: Any
) -> None:
    bucket.answers = [(503, {})]
    outbox = Outbox()
    await publish_catalogue(request(RunKind.SECURITY), library, settings, outbox)
    ((_, msg_id, plan),) = outbox.sent
    assert isinstance(plan, RunPlanned)
    assert plan.facts is not None
    assert (plan.batches, plan.facts.problem) == (0, "OSV answered with status 503.")
    assert msg_id != "run-1:runs.planned:0"


async def test_each_piece_of_work_has_one_answer_with_every_package_in_it(
    library: Library, bucket: Any
) -> None:
    bucket.offer("PYSEC-1")
    tasks = [
        SecurityTask(name="flask", version="1.0"),
        SecurityTask(name="reqeusts", version="1.0"),
        SecurityTask(name="requests", version="2.0", rank=1),
    ]
    work = SecurityWork(run_id="run-1", seq=3, day=DAY, tasks=tasks, popular=["requests", "flask"])
    outbox = Outbox()
    await examine_packages(work, library, Bench(), LINKS, outbox)
    ((subject, msg_id, observed),) = outbox.sent
    assert (subject, msg_id) == ("security.observed", "run-1:security.observed:3")
    assert isinstance(observed, SecurityObserved)
    told = {each.name: [finding.kind for finding in each.findings] for each in observed.packages}
    assert told == {"flask": [], "reqeusts": [FindingKind.LOOKALIKE], "requests": []}


async def test_work_without_any_archive_is_done_with_since_its_run_is_held(
    library: Library, settings: Settings, bucket: Any
) -> None:
    bucket.answers = [(404, {})] * 2
    outbox = Outbox()
    await publish_catalogue(request(RunKind.SECURITY), library, settings, outbox)
    ((_, _, plan),) = outbox.sent
    assert isinstance(plan, RunPlanned)
    assert plan.facts is not None
    assert plan.facts.problem == "OSV has no archive at PyPI/all.zip (status 404)."
    tasks = [SecurityTask(name="flask", version="1.0")]
    work = SecurityWork(run_id="run-1", seq=0, day=DAY, tasks=tasks)
    await examine_packages(
        work, library, Bench(), LINKS, outbox
    )  # would be sent again if it raised
    assert len(outbox.sent) == 1


def test_an_answer_too_large_for_a_message_keeps_the_gravest_findings_of_every_package() -> None:
    kinds = [FindingKind.MALICIOUS, *[FindingKind.VULNERABLE] * 499]
    findings = [
        Finding(kind=kind, source="osv", id=f"PYSEC-{n}", summary="x" * 300)
        for n, kind in enumerate(kinds)
    ]
    packages = [PackageFindings(name=f"p{n}", findings=findings) for n in range(1000)]
    small = fitting(SecurityObserved(run_id="run-1", seq=0, packages=packages))
    assert len(msgspec.json.encode(small)) < MAX_PAYLOAD
    assert len(small.packages) == 1000
    assert {each.findings[0].kind for each in small.packages} == {FindingKind.MALICIOUS}
