"""Processes by identity, so that no stranger who got the same number is ever ended."""

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

CREATED_TOLERANCE = 0.05
"""Seconds; the system keeps start times in hundredths."""


@dataclass(frozen=True)
class Identity:
    """A process: its number and when it began, in seconds since the epoch."""

    pid: int
    created: float

    def process(self) -> psutil.Process | None:
        """Return the process while it lives; a zombie does not."""
        with contextlib.suppress(psutil.Error):
            process = psutil.Process(self.pid)
            same = abs(process.create_time() - self.created) < CREATED_TOLERANCE
            if same and process.status() != psutil.STATUS_ZOMBIE:
                return process
        return None


def identity(pid: int) -> Identity | None:
    """Return the identity of a living process."""
    try:
        return Identity(pid, psutil.Process(pid).create_time())
    except psutil.Error:
        return None


def end(processes: Sequence[psutil.Process], grace: float) -> None:
    """Ask the processes to end, and kill those that have not after `grace` seconds."""
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.terminate()
    _, alive = psutil.wait_procs(processes, timeout=grace)
    for process in alive:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(alive, timeout=5)


def working_in(folder: Path, name: str) -> list[psutil.Process]:
    """Return the living processes of that name whose working folder it is."""
    found = []
    for process in psutil.process_iter(["name"]):
        with contextlib.suppress(psutil.Error):
            if process.name() == name and Path(process.cwd()) == folder:
                found.append(process)
    return found
