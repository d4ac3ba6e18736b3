"""What a running stack says of itself, for the commands that come after it."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

import msgspec

from devstack.processes.identity import Identity, end

LEFTOVER_GRACE = 10.0
"""Seconds a process that outlived its supervisor is given to end."""


class ChildState(msgspec.Struct, frozen=True):
    """One process of the stack."""

    state: str
    deaths: int
    identity: Identity | None = None


class StackState(msgspec.Struct, kw_only=True):
    """The whole stack; written anew with every change."""

    supervisor: Identity
    address: str
    world: str
    dataset: str | None
    stage: str
    finished: dict[str, float] = {}
    """Stage to the seconds it took."""
    up: bool = False
    failure: str | None = None
    children: dict[str, ChildState] = {}
    database_url: str = ""
    """As the reading role, without its password."""
    nats_url: str = ""
    sources: dict[str, str] = {}
    """Played source to its address; empty addresses where the real ones are read."""

    probes: dict[str, str] = {}
    """Service to where its probes answer."""

    @property
    def alive(self) -> bool:
        """Whether the supervisor that wrote this still runs."""
        return self.supervisor.process() is not None


def read_state(folder: Path) -> StackState | None:
    """Return what the last supervisor wrote; none where there was none."""
    try:
        return msgspec.json.decode((folder / "stack.json").read_bytes(), type=StackState)
    except (FileNotFoundError, msgspec.MsgspecError):
        return None


def write_state(folder: Path, state: StackState) -> None:
    """Replace the file in one step, so that a reader never sees half of it."""
    draft = folder / "stack.json.new"
    draft.write_bytes(msgspec.json.encode(state))
    draft.replace(folder / "stack.json")


@contextlib.contextmanager
def only_one(folder: Path) -> Iterator[bool]:
    """Hold the folder's lock; gives false where another process holds it.

    The system gives the lock back however the holder ends.
    """
    handle = os.open(folder / "lock", os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        yield False
    else:
        yield True
    finally:
        os.close(handle)


def end_leftovers(before: StackState | None) -> None:
    """End the processes of a supervisor that was killed."""
    if before is None or before.alive:
        return
    started = [child.identity for child in before.children.values() if child.identity]
    end([process for each in started if (process := each.process())], LEFTOVER_GRACE)
