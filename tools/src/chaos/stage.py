"""What every scenario starts from, and what it must come to.

A data set; the folder of a stack that has one night behind it, copied for each scenario; and all
that a reader sees after a second night that nobody disturbed.
"""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from chaos.lab import Lab, opened
from chaos.night import DEADLINE, KINDS, LAST, Rows, shown, tables
from devstack.failure import StackError
from events.runs import RunKind, RunRequested, RunStatus
from events.topology import RUNS_REQUESTED

PACKAGES, DAYS = 100, 45

READ_BEFORE = 20
"""Packages whose metadata the night before has read; the others are left for the night itself."""

TIMEOUT = 240.0
"""Seconds without any progress after which a run is given up; a message that failed four times
waits for two minutes."""

SETTINGS = {
    "BATCH_PACKAGES": "10",  # many small messages, so that a run has a middle
    "RATE_LIMIT_READS": "1000000/minute",
    "RATE_LIMIT_SEARCH": "1000000/minute",
    "RATE_LIMIT_BADGES": "1000000/minute",
}
"""Of every service here, beside what the stack itself gives."""


@dataclass(frozen=True)
class Stage:
    """What scenarios start from and are compared with."""

    folder: Path
    dataset: Path
    template: Path
    """State folder of a stack with one night behind it."""
    tables: Mapping[str, Rows]
    """Of the quiet night."""
    seen: Mapping[str, object]
    seconds: float
    """What the quiet night took."""

    def copy(self, name: str) -> Path:
        """Return a fresh copy of the template."""
        return _copy(self.template, self.folder / name)


async def built(folder: Path) -> Stage:
    """Make the data set, the night before, and the quiet night."""
    dataset, template = folder / "dataset", folder / "template"
    command = [sys.executable, "-m", "sample_data", "--out", str(dataset)]
    command += [f"--packages={PACKAGES}", f"--days={DAYS}"]
    await asyncio.to_thread(subprocess.run, command, check=True, stdout=subprocess.DEVNULL)
    async with opened(template, dataset) as lab:
        await _night_before(lab)
    quiet = await asyncio.to_thread(_copy, template, folder / "undisturbed")
    async with opened(quiet, dataset) as lab:
        began = time.monotonic()
        generation = 0
        for kind in KINDS:
            generation = await completed(lab, await lab.request(kind))
        seconds = time.monotonic() - began
        seen = await shown(lab.stack, generation)
        return Stage(folder, dataset, template, await tables(lab.stack), seen, seconds)


async def completed(lab: Lab, run_id: str) -> int:
    """Wait for a run that nothing may keep from completing; gives its generation."""
    ended = await lab.stack.runs.follow(run_id, idle_timeout=TIMEOUT)
    if ended.status is not RunStatus.COMPLETE:
        raise StackError(f"{run_id} is {ended.status}: {ended.reason}")
    return ended.generation or 0


async def _night_before(lab: Lab) -> None:
    """Publish the day before, with the metadata of some packages and all findings."""
    day = LAST - timedelta(days=1)
    await completed(lab, await lab.request(RunKind.DOWNLOADS, day))
    await completed(lab, await _read_some(lab))
    await completed(lab, await lab.request(RunKind.SECURITY, day))


async def _read_some(lab: Lab) -> str:
    day = LAST - timedelta(days=1)
    now = datetime.now(UTC)
    names = [str(row[0]) for row in (await tables(lab.stack))["packages"]][:READ_BEFORE]
    request = RunRequested(
        run_id=f"metadata-{day}-some",
        kind=RunKind.METADATA,
        day=day,
        requested_at=now,
        deadline=now + DEADLINE,
        names=names,
    )
    await lab.stack.runs.bus.send(RUNS_REQUESTED, request, request.run_id)
    return request.run_id


def _copy(folder: Path, to: Path) -> Path:
    """Copy a state folder with its owners; the embedded PostgreSQL has one of its own."""
    subprocess.run(["cp", "-a", "--reflink=auto", folder, to], check=True)
    return to


@contextmanager
def settings_in_force(**more: str) -> Iterator[None]:
    """Have every stack started within use the settings above, and those given."""
    settings = SETTINGS | more
    before = {name: os.environ.get(name) for name in settings}
    os.environ |= settings
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
