"""What services say of the sources they ask, and a word on the terminal about a failing one."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress

import httpx
import msgspec

from devstack.commands.terminal import Terminal
from servicekit.sources import SourceState

ASKING = ("ingest-downloads", "ingest-github", "security-scan")
"""Services that ask a source."""

EVERY = 5.0
"""Seconds between two looks; with a window of a minute, a failing source is told well within it."""

TIMEOUT = 1.0
"""Seconds one look may take."""


async def source_states(probes: Mapping[str, str]) -> dict[str, list[SourceState]]:
    """Return by service how its sources did in the last minute; nothing of one that is away."""
    found = {}
    async with httpx.AsyncClient(trust_env=False, timeout=TIMEOUT) as client:
        for service in ASKING:
            with suppress(httpx.HTTPError, msgspec.MsgspecError, KeyError):
                answer = await client.get(f"{probes[service]}/sources")
                found[service] = msgspec.json.decode(answer.content, type=list[SourceState])
    return found


def failing_sentence(service: str, state: SourceState) -> str:
    """Say that a source keeps failing, with what, and what is done."""
    tries = state.answered + state.failed
    return (
        f"{state.source} keeps failing, {state.failed} of {tries} tries within a minute:"
        f" {state.error.rstrip('.')}. It is asked again meanwhile; see `make logs NAME={service}`"
    )


class SourceWatch:
    """Tells once that a source keeps failing, and once that it answers again."""

    def __init__(self, probes: Mapping[str, str], terminal: Terminal) -> None:
        self._probes = probes
        self._terminal = terminal
        self._told: set[str] = set()

    async def look(self) -> None:
        """Ask the services once, and tell what has changed."""
        for service, states in (await source_states(self._probes)).items():
            for state in states:
                self._tell(service, state)

    def _tell(self, service: str, state: SourceState) -> None:
        if state.failing and state.source not in self._told:
            self._told.add(state.source)
            self._terminal.warn(failing_sentence(service, state))
        elif not state.failing and state.answered and state.source in self._told:
            self._told.discard(state.source)
            self._terminal.done(f"{state.source} answers again")

    async def keep_looking(self) -> None:
        """Look until cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(EVERY)


@asynccontextmanager
async def watched_sources(probes: Mapping[str, str], terminal: Terminal) -> AsyncIterator[None]:
    """Tell of failing sources while the block lasts."""
    task = asyncio.create_task(SourceWatch(probes, terminal).keep_looking())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def first_answers(probes: Mapping[str, str], seconds: float) -> None:
    """Return when each source that was asked answered or keeps failing, or after so many seconds.

    For what goes on in the background when the command ends: a source that never answers is told
    before, not found in a log the next day.
    """
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            while not await _all_decided(probes):  # noqa: ASYNC110 - other processes decide
                await asyncio.sleep(TIMEOUT)


async def _all_decided(probes: Mapping[str, str]) -> bool:
    states = await source_states(probes)
    return all(
        states.get(service) and all(each.answered or each.failing for each in states[service])
        for service in ASKING
    )
