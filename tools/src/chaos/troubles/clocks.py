"""Clocks that jump in the middle of a run."""

import asyncio
import json
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

from chaos.lab import Lab
from chaos.night import until_started
from chaos.trouble import Trouble
from devstack.layout import Layout
from devstack.processes.child import Program
from devstack.settings import SERVICES
from events.runs import RunKind

FAKETIME = "libfaketimeMT.so.1"
"""Library that tells a process another time; Debian's package is named faketime."""

PLACES = ("/usr/lib", "/usr/local/lib")

JUMPS = {RunKind.DOWNLOADS: "+2h", RunKind.METADATA: "-3h", RunKind.SECURITY: "+26h"}
"""What the services' clocks say, from the true time, once a run of that kind has started."""

SOURCE_JUMP = 7200.0
"""Seconds by which the played sources' clocks go ahead."""


def library() -> Path | None:
    """Return the library where it is installed."""
    found = chain.from_iterable(Path(place).glob(f"*/faketime/{FAKETIME}") for place in PLACES)
    return next(found, None)


@dataclass
class ServicesClocks(Trouble):
    """Lets the clocks of all six services jump ahead, back, and over midnight."""

    told: Path | None = None
    """File from which the services take the time."""

    def impossible(self) -> str:
        """Without the library no process can be told another time."""
        return "" if library() else f"{FAKETIME} is not installed (Debian's package faketime)"

    @contextmanager
    def place(self, layout: Layout) -> Iterator[None]:
        """Begin with the true time."""
        self.told = layout.run / "clock"
        self.told.write_text("+0")
        yield

    def change(self, program: Program) -> Program:
        """Return a service a clock that can be moved; what measures durations keeps its own."""
        if program.name not in SERVICES:
            return program
        clock = {
            "LD_PRELOAD": str(library()),
            "FAKETIME_TIMESTAMP_FILE": str(self.told),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }
        return replace(program, environment={**program.environment, **clock})

    async def disturb(self, lab: Lab, kind: RunKind, run_id: str) -> str:
        """Let the clocks jump in the middle of the run."""
        await until_started(lab.stack, run_id)
        if self.told is not None:
            self.told.write_text(JUMPS[kind])
        return run_id


class SourcesClocks(Trouble):
    """Lets the clocks of the played sources jump ahead in each run."""

    async def ask(self, lab: Lab, kind: RunKind) -> str:
        """Let them jump while the run is asked for."""
        run_id = await lab.request(kind)
        for address in {lab.stack.sources.clickhouse, lab.stack.sources.github}:
            await asyncio.to_thread(_advance, address)
        return run_id


def _advance(address: str) -> None:
    body = json.dumps({"advance": SOURCE_JUMP}).encode()
    request = urllib.request.Request(f"{address}/__clock__", body, method="POST")
    urllib.request.urlopen(request, timeout=10).close()
