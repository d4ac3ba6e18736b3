"""Messages that come twice, in another order, late, spoiled, or wrong."""

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any

import msgspec
import nats.errors

from chaos.bus import Kept
from chaos.lab import Lab
from chaos.night import STARTED_WITHIN, until_started
from chaos.trouble import Trouble
from events.runs import RunKind
from events.topology import (
    DOWNLOADS_BREAKDOWN,
    DOWNLOADS_DAILY,
    DURABLES,
    PACKAGES_INDEX,
    PACKAGES_OBSERVED,
    REPOS_OBSERVED,
    SECURITY_ADVISORIES,
    SECURITY_OBSERVED,
    SUBJECTS,
)

ECHO_PAUSE = 0.3
"""Seconds between two looks for messages to send again."""

HELD = tuple(
    each
    for each in DURABLES
    if each.subject
    in (
        DOWNLOADS_DAILY,
        DOWNLOADS_BREAKDOWN,
        PACKAGES_OBSERVED,
        REPOS_OBSERVED,
        SECURITY_OBSERVED,
        SECURITY_ADVISORIES,
    )
)
"""How the scorer reads the batches of runs."""

HELD_SUBJECTS = frozenset(each.subject.name for each in HELD)

BATCHES = HELD_SUBJECTS | {PACKAGES_INDEX.name}
"""What a run is counted in."""

RUBBISH = (b"\xff\xfe{", b'{"run_id": 7}')
"""No JSON at all; and JSON that is no event."""

RUBBISH_LETTERS = len(RUBBISH) * len(DURABLES)
"""Every reader of a subject gives up each of them."""


class Twice(Trouble):
    """Sends every message of the night again under another id, the newest first."""

    def __init__(self) -> None:
        self._echoing: asyncio.Task[None] | None = None
        self._over = asyncio.Event()

    async def begin(self, lab: Lab) -> None:
        """Begin to send again whatever is sent from now on."""
        seen: dict[str, int] = {}
        await lab.bus.messages(seen)
        self._over.clear()
        self._echoing = asyncio.create_task(self._echo(lab, seen))

    async def end(self, lab: Lab) -> None:
        """Stop it, after what it is at: the client takes a task's end for a late answer."""
        self._over.set()
        if self._echoing is not None:
            await self._echoing

    async def _echo(self, lab: Lab, seen: dict[str, int]) -> None:
        while not self._over.is_set():
            with contextlib.suppress(OSError, nats.errors.Error):  # the bus may be killed meanwhile
                fresh = [each for each in await lab.bus.messages(seen) if not each.echo]
                await lab.bus.send_again(fresh[::-1])
            await asyncio.sleep(ECHO_PAUSE)


class Late(Trouble):
    """Sends every message of the night before once more in the middle of each run."""

    def __init__(self) -> None:
        self._old: list[Kept] = []

    async def begin(self, lab: Lab) -> None:
        """Keep what the night before has sent."""
        self._old = await lab.bus.messages()

    async def disturb(self, lab: Lab, kind: RunKind, run_id: str) -> str:
        """Send it."""
        await until_started(lab.stack, run_id)
        await lab.bus.send_again(self._old)
        return run_id


class Rubbish(Trouble):
    """Puts bodies that no reader can decode on every subject in the middle of the first run."""

    async def ask(self, lab: Lab, kind: RunKind) -> str:
        """Send them behind the request."""
        run_id = await lab.request(kind)
        if kind is RunKind.DOWNLOADS:
            for subject in SUBJECTS:
                for body in RUBBISH:
                    await lab.bus.send(subject.name, body)
        return run_id


class HeldBack(Trouble):
    """Keeps a run's batches from the scorer until all have been sent, so that they can be tampered
    with; `tamper` says how."""

    async def ask(self, lab: Lab, kind: RunKind) -> str:
        """Hold the batches back, tamper with them, and let them go."""
        await lab.bus.pause(HELD)
        run_id = await lab.request(kind)
        sent = await _all_sent(lab, run_id)
        await self.tamper(lab, [each for each in sent if each.subject in HELD_SUBJECTS])
        await lab.bus.resume(HELD)
        return run_id

    async def tamper(self, lab: Lab, batches: list[Kept]) -> None:
        """Change what the scorer will find."""


class Reversed(HeldBack):
    """Has the batches of each run come twice, the last one first."""

    async def tamper(self, lab: Lab, batches: list[Kept]) -> None:
        """Turn them round."""
        await lab.bus.throw_away(batches)
        for each in batches[::-1]:
            await lab.bus.send_again([each, each])


class Wrong(HeldBack):
    """Puts something that can be decoded and cannot be true into a batch of each run."""

    async def tamper(self, lab: Lab, batches: list[Kept]) -> None:
        """Put an untruth into the first batch of each subject."""
        for batch in {each.subject: each for each in batches[::-1]}.values():
            if untruth := UNTRUTHS.get(batch.subject):
                body = msgspec.json.decode(batch.body)
                untruth(body)
                await lab.bus.throw_away([batch])
                await lab.bus.send(batch.subject, msgspec.json.encode(body))


def _cut_short(body: Any) -> None:
    body["packages"][0][1] = [1, 2, 3]


def _labels_cut_short(body: Any) -> None:
    body["packages"][0][1][0][1] = [1]


def _unstorable_package(body: Any) -> None:
    next(each for each in body["packages"] if "facts" in each)["facts"]["summary"] = "zero: \x00"


def _unstorable_repository(body: Any) -> None:
    facts = next(each for each in body["repositories"] if "facts" in each)["facts"]
    facts["stars"] = 2**70


UNTRUTHS: dict[str, Callable[[Any], None]] = {
    DOWNLOADS_DAILY.name: _cut_short,
    DOWNLOADS_BREAKDOWN.name: _labels_cut_short,
    PACKAGES_OBSERVED.name: _unstorable_package,
    REPOS_OBSERVED.name: _unstorable_repository,
}
"""What is put into one batch of each subject; each must be given up, and nothing else."""


async def _all_sent(lab: Lab, run_id: str) -> list[Kept]:
    """Wait until as many batches of a run are in their streams as were planned; gives them."""
    named = f'"run_id":"{run_id}"'.encode()
    seen: dict[str, int] = {}
    sent: list[Kept] = []
    async with asyncio.timeout(STARTED_WITHIN):
        while True:
            fresh = [each for each in await lab.bus.messages(seen) if named in each.body]
            sent += [each for each in fresh if each.subject in BATCHES]
            run = await lab.stack.runs.standing(run_id)
            if run is not None and run.expected is not None and len(sent) >= run.expected:
                return sent
            await asyncio.sleep(ECHO_PAUSE)
