"""Processes killed with -9, restarted as a roll-out does, and doubled."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chaos.lab import Lab
from chaos.night import until_finishing, until_started
from chaos.trouble import Trouble
from events.runs import RunKind

EARLY = 0.3
"""Seconds after a request: its run is being recorded, its source asked."""

READERS = ("scorer", "ingest-downloads", "ingest-github", "security-scan", "cache-warmer")
"""Services on the bus, which may run as often as one likes."""


@dataclass(frozen=True)
class Kill(Trouble):
    """Kills a process twice in each run: as soon as it is asked for, and in its middle."""

    victim: str

    async def ask(self, lab: Lab, kind: RunKind) -> str:
        """Kill it while the run is being taken up."""
        run_id = await lab.request(kind)
        await asyncio.sleep(EARLY)
        await lab.kill(self.victim)
        return run_id

    async def disturb(self, lab: Lab, kind: RunKind, run_id: str) -> str:
        """Kill it while batches come in."""
        await until_started(lab.stack, run_id)
        await lab.kill(self.victim)
        return run_id


@dataclass(frozen=True)
class KillWhileFinishing(Trouble):
    """Kills a process when a run has all its batches and is merged, scored and published."""

    victim: str

    async def disturb(self, lab: Lab, kind: RunKind, run_id: str) -> str:
        """Kill it once the barrier is passed, and again when it is back at that work."""
        await until_finishing(lab.stack, run_id)
        await lab.kill(self.victim)
        await lab.kill(self.victim)
        return run_id


@dataclass(frozen=True)
class KillInTurn(Trouble):
    """Kills other processes in the middle of each run."""

    victims: Mapping[RunKind, Sequence[str]]

    async def disturb(self, lab: Lab, kind: RunKind, run_id: str) -> str:
        """Kill this run's victims while batches come in."""
        await until_started(lab.stack, run_id)
        for victim in self.victims[kind]:
            await lab.kill(victim)
        return run_id


class TwoReplicas(Trouble):
    """Runs every service on the bus twice, and kills one of the two in each run."""

    async def begin(self, lab: Lab) -> None:
        """Start the second of each."""
        for name in READERS:
            await lab.replicate(name)

    async def disturb(self, lab: Lab, kind: RunKind, run_id: str) -> str:
        """Kill the first scorer; the second goes on alone meanwhile."""
        await until_started(lab.stack, run_id)
        await lab.kill("scorer")
        return run_id
