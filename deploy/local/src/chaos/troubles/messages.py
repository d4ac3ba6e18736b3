"""Messages that come twice, in another order, late, spoiled, or wrong."""

import asyncio
import contextlib
from typing import Any

import msgspec

from chaos.bus import Kept
from chaos.lab import Lab
from chaos.night import until_planned, until_started
from chaos.trouble import Trouble
from events.runs import RunKind
from events.topology import (
    DOWNLOADS_BREAKDOWN,
    DOWNLOADS_DAILY,
    DURABLES,
    PACKAGES_OBSERVED,
    REPOS_OBSERVED,
    SCORER,
    SECURITY_ADVISORIES,
    SECURITY_OBSERVED,
    SUBJECTS,
)

ECHO_PAUSE = 0.3
"""Seconds between two looks for messages to send again."""

SETTLED = 2.0
"""Seconds without a new message after which producers are taken to have finished."""

HELD = tuple(
    each
    for each in DURABLES
    if each.user == SCORER
    and each.subject
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

RUBBISH = (b"\xff\xfe{", b'{"run_id": 7}')
"""No JSON at all; and JSON that is no event."""

RUBBISH_LETTERS = len(RUBBISH) * len(DURABLES)
"""Every reader of a subject gives up each of them."""


class Twice(Trouble):
    """Sends every message of the night again under another id, the newest first."""

    def __init__(self) -> None:
        self._task: asyncio.Task[None] | None = None

    async def begin(self, lab: Lab) -> None:
        """Begin to send again whatever is sent from now on."""
        seen: dict[str, int] = {}
        await lab.bus.messages(seen)
        self._task = asyncio.create_task(self._echo(lab, seen))

    async def end(self, lab: Lab) -> None:
        """Stop it."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _echo(self, lab: Lab, seen: dict[str, int]) -> None:
        while True:
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
        await until_planned(lab.stack, run_id)
        await _until_settled(lab)
        batches = [each for each in await lab.bus.messages() if _is_batch(each, run_id)]
        await self.tamper(lab, batches)
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
        """Put each untruth into the next batch of its subject."""
        for subject, untruths in UNTRUTHS.items():
            its = [each for each in batches if each.subject == subject]
            for batch, untruth in zip(its, untruths, strict=False):
                body = msgspec.json.decode(batch.body)
                untruth(body)
                await lab.bus.throw_away([batch])
                await lab.bus.send(subject, msgspec.json.encode(body))


def _cut_short(body: Any) -> None:
    body["packages"][0][1] = [1, 2, 3]


def _without_bound(body: Any) -> None:
    body["packages"][0][1] = [2**63] * body["window_days"]


def _below_zero(body: Any) -> None:
    body["packages"][0][1] = [-1] * body["window_days"]


def _labels_cut_short(body: Any) -> None:
    body["packages"][0][1][0][1] = [1]


def _unstorable_package(body: Any) -> None:
    next(each for each in body["packages"] if "facts" in each)["facts"]["summary"] = "zero: \x00"


def _unstorable_repository(body: Any) -> None:
    facts = next(each for each in body["repositories"] if "facts" in each)["facts"]
    facts["stars"] = 2**70


UNTRUTHS = {
    DOWNLOADS_DAILY.name: (_cut_short, _without_bound, _below_zero),
    DOWNLOADS_BREAKDOWN.name: (_labels_cut_short,),
    PACKAGES_OBSERVED.name: (_unstorable_package,),
    REPOS_OBSERVED.name: (_unstorable_repository,),
}
"""What is put into one batch after another of each subject."""

WRONG_LETTERS = sum(len(each) for each in UNTRUTHS.values())


async def _until_settled(lab: Lab) -> None:
    """Wait until nobody has sent anything for a while."""
    before, now = -1, await lab.bus.count()
    while before != now:
        await asyncio.sleep(SETTLED)
        before, now = now, await lab.bus.count()


def _is_batch(message: Kept, run_id: str) -> bool:
    named = f'"run_id":"{run_id}"'.encode() in message.body
    return named and message.subject in {reader.subject.name for reader in HELD}
