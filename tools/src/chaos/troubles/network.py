"""Connections that break, fall silent, or are slow."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from chaos.lab import NEIGHBOURS, Lab
from chaos.trouble import Trouble
from events.runs import RunKind


class Fault(StrEnum):
    """What happens to a cable."""

    CUT = "cut"
    """Every connection is reset, and each new one."""
    SILENT = "silent"
    """Nothing arrives, though connections stand."""
    SLOW = "slow"
    """Everything comes late."""


@dataclass(frozen=True)
class BadCable(Trouble):
    """Spoils the cables from services to one neighbour for some seconds of each run."""

    services: Sequence[str]
    neighbour: str
    fault: Fault
    seconds: float
    """How long it lasts; of a slow cable, how late everything comes."""

    @property
    def cables(self) -> Sequence[str]:
        """Between each of the services and the neighbour."""
        return tuple(f"{service}>{self.neighbour}" for service in self.services)

    async def begin(self, lab: Lab) -> None:
        """A slow cable is slow all night."""
        if self.fault is Fault.SLOW:
            for link in lab.links.values():
                link.slow(self.seconds)

    async def ask(self, lab: Lab, kind: RunKind) -> str:
        """Spoil the cables just after the request, and mend them."""
        run_id = await lab.request(kind)
        if self.fault is Fault.SLOW:
            return run_id
        for link in lab.links.values():
            if self.fault is Fault.CUT:
                link.cut()
            else:
                link.silence()
        await asyncio.sleep(self.seconds)
        for link in lab.links.values():
            link.mend()
        return run_id

    async def end(self, lab: Lab) -> None:
        """Make a slow cable as fast as before."""
        for link in lab.links.values():
            link.mend()


def to(neighbour: str, fault: Fault, seconds: float) -> BadCable:
    """Spoil the cables of every service that speaks to a neighbour."""
    return BadCable(NEIGHBOURS[neighbour], neighbour, fault, seconds)


def between(service: str, neighbour: str, fault: Fault, seconds: float) -> BadCable:
    """Spoil one cable alone."""
    return BadCable((service,), neighbour, fault, seconds)
