"""The same night asked for by several schedulers."""

import asyncio
from datetime import UTC, datetime

from chaos.lab import Lab
from chaos.night import DEADLINE, LAST
from chaos.trouble import Trouble
from events.runs import RunKind, RunRequested
from events.topology import RUNS_REQUESTED

SECOND = "of-another-scheduler"
"""Ends the ids of the runs a second scheduler asks for, who knows nothing of the first."""


class TwoSchedulers(Trouble):
    """Asks for each run from two schedulers at once, from one of them twice."""

    def __init__(self) -> None:
        self._others: list[str] = []

    async def begin(self, lab: Lab) -> None:
        """Know of no run yet."""
        self._others = []

    async def ask(self, lab: Lab, kind: RunKind) -> str:
        """Ask three times; the run that is waited for is the one asked for last."""
        other = f"{kind}-{LAST}-{SECOND}"
        self._others.append(other)
        now = datetime.now(UTC)
        request = RunRequested(
            run_id=other, kind=kind, day=LAST, requested_at=now, deadline=now + DEADLINE
        )
        bus = lab.stack.runs.bus
        first, again, _ = await asyncio.gather(
            lab.request(kind), lab.request(kind), bus.send(RUNS_REQUESTED, request, other)
        )
        return first if first != other else again

    async def end(self, lab: Lab) -> None:
        """Wait for the other scheduler's runs as well."""
        await asyncio.gather(*(lab.stack.runs.follow(each) for each in self._others))
