"""`make up`: from nothing, or from where it was, to a warm site."""

import asyncio
from datetime import date, timedelta

import httpx

from devstack import dataset
from devstack.commands import daemon
from devstack.commands.source_watch import EVERY, first_answers, watched_sources
from devstack.commands.terminal import Terminal
from devstack.failure import StackError
from devstack.layout import Layout, layout_of
from devstack.processes.probes import READY, http_ok
from devstack.servers.database import READER, with_login
from devstack.servers.embedded import bus_secret
from devstack.settings import StackSettings, child_environment
from devstack.state import StackState
from events.runs import RunKind
from events.topology import OPERATOR
from operate.bus import Bus
from operate.runs import Runs, Standing
from schedules import DAYS_BROUGHT

FIRST_KINDS = (RunKind.DOWNLOADS, RunKind.BACKFILL, RunKind.METADATA, RunKind.SECURITY)
"""In this order: ranks say whose metadata is read first, and findings are matched to versions."""

WARM_TIMEOUT = 120.0
"""Seconds after the last run within which the site must be warm."""

FIRST_ANSWERS = 40.0
"""Seconds to wait for the first answers of sources that are read in the background."""

POLL = 0.2
"""Seconds."""


def up(settings: StackSettings, terminal: Terminal) -> None:
    """Bring the stack up, collect what was never collected, and wait until the site is warm.

    StackError where that is not possible; nothing keeps running then, unless it ran before.
    """
    ran_before = daemon.running_state(settings) is not None
    try:
        state = _start(settings, terminal, ran_before)
        asyncio.run(_fill(state, settings, terminal))
    except BaseException:
        if not ran_before:
            with terminal.working("stopping"):
                daemon.stop(settings)
        raise


def _start(settings: StackSettings, terminal: Terminal, ran_before: bool) -> StackState:
    """Have all processes running."""
    if ran_before:
        terminal.done("runs already")
    else:
        daemon.require_startable(settings)
        asyncio.run(_make_data(settings, layout_of(settings), terminal))
    with terminal.working("starting"):
        return daemon.start(settings, terminal.stages)


async def _fill(state: StackState, settings: StackSettings, terminal: Terminal) -> None:
    """Have the newest day collected, published and shown."""
    runs = runs_of(state, layout_of(settings))
    async with watched_sources(state.probes, terminal):
        await _collect_first(runs, settings, terminal)
        if settings.sources == "live":
            await _look_at_sources(state, terminal)
    published = await runs.published()
    if not published:
        raise StackError("nothing could be published, for the reasons above")
    with terminal.working("warming the cache"):
        generation = await _until_warm(state, settings, published)
    terminal.done("site warm", f"generation {generation}")
    terminal.console.print(f"\nPyPI Stats is at [bold]{state.address}[/bold]   (stop: make down)")


async def _look_at_sources(state: StackState, terminal: Terminal) -> None:
    """Stay until the sources read in the background have answered, or have been told to fail."""
    with terminal.working("asking the sources"):
        await first_answers(state.probes, FIRST_ANSWERS)
        await asyncio.sleep(EVERY)


async def _make_data(settings: StackSettings, layout: Layout, terminal: Terminal) -> None:
    """Generate the sample where it is wanted and not there yet."""
    if dataset.made(settings):
        return
    with terminal.working("generating the sample data"):
        await dataset.make_sample(settings, layout, child_environment())
    terminal.done("sample data", f"{settings.sample_packages} packages")


def runs_of(state: StackState, layout: Layout) -> Runs:
    """Return the runs of the running stack."""
    return Runs(
        database_url=with_login(state.database_url, READER, layout.password(f"database-{READER}")),
        bus=Bus(state.nats_url, layout.password(bus_secret(OPERATOR))),
    )


async def _collect_first(runs: Runs, settings: StackSettings, terminal: Terminal) -> None:
    """Collect the newest day, kind after kind, where it was not collected before."""
    newest, oldest = await dataset.last_day(settings), await dataset.first_day(settings)
    for kind in FIRST_KINDS:
        day, first_day = newest, None
        if kind is RunKind.BACKFILL:
            day, first_day = newest - timedelta(days=DAYS_BROUGHT[settings.source]), oldest
            if first_day is None or first_day > day:
                continue
        if await runs.has_facts(kind, day):
            continue
        if missing := dataset.lacking(settings, kind):
            terminal.warn(f"no {kind}: the data set has no {missing}")
            continue
        if settings.sources == "live" and kind is not RunKind.DOWNLOADS:
            await runs.request(kind, day, _deadline(settings))
            terminal.done(f"{kind} of {day} asked for", "it takes hours, in the background")
            continue
        await collect(runs, kind, day, settings, terminal, first_day=first_day)


async def collect(
    runs: Runs,
    kind: RunKind,
    day: date,
    settings: StackSettings,
    terminal: Terminal,
    *,
    first_day: date | None = None,
) -> Standing:
    """Ask for one run, or join the one under way, and show it until it has ended."""
    run_id = await runs.request(kind, day, _deadline(settings), first_day)
    with terminal.runs() as bars:
        ended = await runs.follow(
            run_id, bars.show, lambda: daemon.require_alive(settings), settings.run_timeout
        )
        bars.ended(ended)
    return ended


def _deadline(settings: StackSettings) -> timedelta:
    return timedelta(hours=settings.run_deadline_hours)


async def _until_warm(state: StackState, settings: StackSettings, published: int) -> int:
    """Wait until the site answers from the generation published last, and give its number."""
    api = settings.api_url
    try:
        async with asyncio.timeout(WARM_TIMEOUT):
            while True:
                daemon.require_alive(settings)
                generation = await _generation(api)
                if generation >= published and await http_ok(f"{api}/readyz")() == READY:
                    return generation
                await asyncio.sleep(POLL)
    except TimeoutError:
        raise StackError(
            f"{state.address} does not show generation {published}"
            f" {WARM_TIMEOUT:.0f} s after the runs; see `make logs NAME=cache-warmer`"
        ) from None


async def _generation(api: str) -> int:
    """Return the generation the list of packages is served from; 0 while there is none."""
    async with httpx.AsyncClient(verify=False, trust_env=False) as client:  # noqa: S501 - loopback
        try:
            answer = await client.get(f"{api}/api/packages", timeout=10)
        except httpx.HTTPError:
            return 0
    if answer.status_code != httpx.codes.OK:
        return 0
    return int(answer.json().get("generation") or 0)
