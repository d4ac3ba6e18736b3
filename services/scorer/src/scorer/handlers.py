"""What the scorer does with each event: plain functions of the event and the pool."""

import re

import asyncpg
import structlog

from events import (
    AdvisoriesObserved,
    DailyDownloads,
    DeadLetter,
    DownloadBreakdown,
    Event,
    IndexObserved,
    LetterReplayed,
    PackagesObserved,
    RepositoriesObserved,
    RunAction,
    RunKind,
    RunOrdered,
    RunPlanned,
    RunRequested,
    RunStatus,
    SecurityObserved,
)
from events.topology import (
    DOWNLOADS_BREAKDOWN,
    PACKAGES_INDEX,
    PACKAGES_OBSERVED,
    REPOS_OBSERVED,
    RUNS_REQUESTED,
    SECURITY_ADVISORIES,
    SECURITY_OBSERVED,
    WORK_INDEX,
    Subject,
)
from scorer import queries
from scorer.downloads.batch_codec import stage
from scorer.facts.observations import store_packages, store_repositories
from scorer.postgres.jsonb import to_json
from scorer.runs import planning
from scorer.runs.inbox import LOST_BATCHES, Batch, Connection, announce, take
from scorer.settings import Settings
from servicekit.retry import UnacceptableError

SOURCE = "source"
"""The planner that reads the source; the other is the scorer itself."""

ZERO = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")
"""The character in JSON: an even number of backslashes before it are characters of their own."""

log = structlog.get_logger(__name__)


async def open_run(event: RunRequested, pool: asyncpg.Pool, settings: Settings) -> None:
    """Record a request, and plan what the scorer plans itself.

    A request that comes again plans nothing: by now other packages may be due, and the run would
    wait for fewer batches or for more.
    """
    async with pool.acquire() as connection, connection.transaction():
        opened = await queries.runs.open_run(
            connection,
            run_id=event.run_id,
            kind=event.kind,
            day=event.day,
            first_day=event.first_day,
            window_days=event.window_days,
            requested_at=event.requested_at,
            deadline=event.deadline,
        )
        if opened is None:
            log.info("run asked for again", kind=event.kind, day=str(event.day))
            return
        if event.kind is RunKind.METADATA:
            await planning.ask_for_index(connection, event, settings)
        elif event.kind is RunKind.SECURITY:
            await planning.plan_security(connection, event, settings)
    log.info("run opened", kind=event.kind, day=str(event.day))


async def carry_out(event: RunOrdered, pool: asyncpg.Pool, settings: Settings) -> None:
    """Release or cancel a run as an operator has decided; one that has ended stays as it is."""
    async with pool.acquire() as connection, connection.transaction():
        if event.action is RunAction.CANCEL:
            await queries.runs.cancel_run(connection, run_id=event.run_id, reason=event.reason)
        else:
            await _release(connection, event, settings)
    log.info("run ordered", action=event.action, reason=event.reason)


async def _release(connection: Connection, event: RunOrdered, settings: Settings) -> None:
    run = await queries.runs.lock_run(connection, run_id=event.run_id)
    if run is None or run["status"] != RunStatus.HELD:
        return
    await queries.runs.release_run(connection, run_id=event.run_id, reason=event.reason)
    if run["kind"] == RunKind.METADATA:
        planned = planning.Planned(event.run_id, run["day"])
        await planning.plan_released(connection, planned, settings)


async def note_plan(event: RunPlanned, pool: asyncpg.Pool) -> None:
    """Learn how many batches the source sends, and what it says of itself."""
    async with pool.acquire() as connection, connection.transaction():
        await announce(connection, event.run_id, SOURCE, event.batches, event.facts)


async def take_daily(event: DailyDownloads, pool: asyncpg.Pool) -> None:
    """Keep a batch of daily downloads until its run passes the gates."""
    await take(pool, stage(event))


async def take_breakdown(event: DownloadBreakdown, pool: asyncpg.Pool) -> None:
    """Keep a batch of one breakdown until its run passes the gates."""
    for package in event.packages:
        for label in package.labels:
            if len(label.days) != event.window_days or min(label.days, default=0) < 0:
                raise UnacceptableError(f"{package.name}: not {event.window_days} numbers of a day")
    await take(pool, _staged(event, event.run_id, DOWNLOADS_BREAKDOWN, event.seq))


async def take_findings(event: SecurityObserved, pool: asyncpg.Pool) -> None:
    """Keep a batch of findings until its run passes the gates."""
    await take(pool, _staged(event, event.run_id, SECURITY_OBSERVED, event.seq))


async def take_advisories(event: AdvisoriesObserved, pool: asyncpg.Pool) -> None:
    """Keep a part of the catalogue until its run passes the gates."""
    await take(pool, _staged(event, event.run_id, SECURITY_ADVISORIES, event.part))


async def take_index(event: IndexObserved, pool: asyncpg.Pool, settings: Settings) -> None:
    """Keep a part of PyPI's list of names; with the last one the work is planned."""

    async def plan(connection: Connection) -> None:
        await planning.plan_metadata_when_whole(connection, event, settings)

    await take(pool, _staged(event, event.run_id, PACKAGES_INDEX, event.part), plan)


async def take_packages(event: PackagesObserved, pool: asyncpg.Pool) -> None:
    """Store what PyPI says of some packages."""

    async def store(connection: Connection) -> None:
        await store_packages(connection, event.packages)

    await take(pool, Batch(event.run_id, PACKAGES_OBSERVED.name, event.seq), store)


async def take_repositories(event: RepositoriesObserved, pool: asyncpg.Pool) -> None:
    """Store what GitHub says of some repositories."""

    async def store(connection: Connection) -> None:
        run = await queries.runs.lock_run(connection, run_id=event.run_id)
        await store_repositories(connection, event.repositories, run["day"])

    await take(pool, Batch(event.run_id, REPOS_OBSERVED.name, event.seq), store)


async def keep_letter(event: DeadLetter, pool: asyncpg.Pool) -> None:
    """Keep a message that was given up, and let its run end without it."""
    async with pool.acquire() as connection, connection.transaction():
        fields = ("service", "stream", "sequence", "subject", "run_id", "msg_id", "body", "errors")
        kept = await queries.runs.keep_letter(
            connection,
            **{name: getattr(event, name) for name in (*fields, "deliveries", "died_at")},
        )
        if kept is not None and event.run_id is not None:
            await _end_without(connection, event.run_id, event)
    log.error("dead letter kept", subject=event.subject, service=event.service)


async def note_replay(event: LetterReplayed, pool: asyncpg.Pool) -> None:
    """Note that a dead letter's message was sent again."""
    await queries.runs.note_replay(pool, letter_id=event.letter_id, at=event.replayed_at)


async def _end_without(connection: Connection, run_id: str, letter: DeadLetter) -> None:
    if await queries.runs.lock_run(connection, run_id=run_id) is None:
        return
    if letter.subject in (RUNS_REQUESTED.name, WORK_INDEX.name):
        reason = f"{letter.service} gave it up: {letter.errors[-1]}"
        await queries.runs.end_open_run(connection, run_id=run_id, reason=reason)
    elif lost := LOST_BATCHES.get(letter.subject):
        await queries.runs.count_dead(connection, run_id=run_id, batches=lost)
        await queries.runs.pass_barrier(connection, run_id=run_id)


def _staged(event: Event, run_id: str, subject: Subject, seq: int) -> Batch:
    return Batch(run_id, subject.name, seq, without_zeros(to_json(event)).encode())


def without_zeros(text: str) -> str:
    """Return JSON without the zero characters that labels and advisories of strangers may hold.

    No text of PostgreSQL can; found when a run is merged, one would keep all of it from readers.
    """
    return ZERO.sub(r"\1", text) if r"\u0000" in text else text
