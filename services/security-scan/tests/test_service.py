"""The process as it is deployed: on a real bus, with a source of archives beside it."""

import asyncio
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from nats.aio.client import Client

from devstack.servers.single_nats import PASSWORD, bus_client, send, take_events
from events import (
    AdvisoriesObserved,
    FindingKind,
    RunKind,
    RunPlanned,
    RunRequested,
    SecurityObserved,
    SecurityTask,
    SecurityWork,
)
from events.base import Event
from events.topology import OPERATOR, RUNS_REQUESTED, SCORER, WORK_SECURITY, Subject

NOW = datetime(2026, 6, 30, tzinfo=UTC)


def request(kind: RunKind = RunKind.SECURITY, run_id: str = "security-1") -> RunRequested:
    return RunRequested(
        run_id=run_id,
        kind=kind,
        day=date(2026, 6, 30),
        requested_at=NOW,
        deadline=NOW + timedelta(hours=1),
    )


class Bus:
    """The other side of the bus: asks for runs, plans work, and reads what comes back."""

    def __init__(self, operator: Client, scorer: Client) -> None:
        self._clients = {OPERATOR: operator, SCORER: scorer}

    async def send(self, user: str, subject: Subject, event: Event) -> None:
        await send(self._clients[user], subject, event)

    async def read(self, durable_name: str, count: int = 1) -> list[Any]:
        return await take_events(self._clients[SCORER], durable_name, count)


@pytest.fixture
async def others(bus: str) -> AsyncIterator[Bus]:
    async with bus_client(OPERATOR, bus) as operator, bus_client(SCORER, bus) as scorer:
        yield Bus(operator, scorer)


@pytest.fixture
async def process(bus: str, bucket: Any, tmp_path: Path) -> AsyncIterator[Any]:
    port = 18000 + os.getpid() % 10_000
    environment = os.environ | {
        "NATS_URL": bus,
        "NATS_PASSWORD": PASSWORD,
        "HTTP_PORT": str(port),
        "OSV_URL": bucket.url,
        "OSV_ATTEMPTS": "2",
        "CACHE_DIR": str(tmp_path / "cache"),
    }
    started = subprocess.Popen([sys.executable, "-m", "security_scan"], env=environment)
    try:
        await asyncio.to_thread(_until_ready, f"http://127.0.0.1:{port}/readyz")
        yield started
    finally:
        started.send_signal(signal.SIGTERM)
        await asyncio.to_thread(started.wait, 20)


def _until_ready(url: str) -> None:
    for _ in range(1200):
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except (urllib.error.URLError, OSError):
            signal.sigtimedwait([], 0.05)
    raise TimeoutError(url)


async def test_a_security_run_brings_the_catalogue_and_an_answer_to_each_piece_of_work(
    process: Any, others: Bus, bucket: Any, archive_of: Callable[..., bytes], record: Any
) -> None:
    flaw = record("PYSEC-1", "flask", events=[{"introduced": "0"}, {"fixed": "2.0"}])
    bucket.body = archive_of([flaw])
    await others.send(OPERATOR, RUNS_REQUESTED, request(RunKind.METADATA, "metadata-1"))
    await others.send(OPERATOR, RUNS_REQUESTED, request())
    released = {"1.0": date(2024, 1, 1), "2.0": date(2024, 2, 1)}
    tasks = [
        SecurityTask(name="flask", version="1.0", releases=released),
        SecurityTask(name="rich", version="1.0"),
    ]
    work = SecurityWork(run_id="security-1", seq=7, day=date(2026, 6, 30), tasks=tasks)
    await others.send(SCORER, WORK_SECURITY, work)

    (part,) = await others.read("scorer-advisories")
    (plan,) = await others.read("scorer-planned")
    (observed,) = await others.read("scorer-security")

    assert isinstance(part, AdvisoriesObserved)
    assert isinstance(plan, RunPlanned)
    assert isinstance(observed, SecurityObserved)
    assert (part.run_id, part.part, part.parts) == ("security-1", 0, 1)
    assert [advisory.id for advisory in part.advisories] == ["PYSEC-1"]
    assert (plan.run_id, plan.batches) == ("security-1", 1)
    assert plan.facts is not None
    assert plan.facts.records == 1
    assert (observed.run_id, observed.seq) == ("security-1", 7)
    flask, rich = observed.packages
    assert [(f.kind, f.fixed_in) for f in flask.findings] == [(FindingKind.VULNERABLE, "2.0")]
    assert rich.findings == []


async def test_an_unusable_archive_is_told_as_the_runs_problem(
    process: Any, others: Bus, bucket: Any, archive_of: Callable[..., bytes], record: Any
) -> None:
    bucket.body = archive_of([record("PYSEC-1")])[:-30]
    await others.send(OPERATOR, RUNS_REQUESTED, request())
    (plan,) = await others.read("scorer-planned")
    assert plan.batches == 0
    assert "not a whole zip file" in plan.facts.problem
