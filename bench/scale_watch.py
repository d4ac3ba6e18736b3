"""Seconds of each stage of a night, and what memory each service holds meanwhile."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from devstack.stack import Stack

MB = 1_000_000
SAMPLE_SECONDS = 0.1


@dataclass(frozen=True)
class Stage:
    """One stage: when it began and ended, in seconds of the monotonic clock."""

    name: str
    began: float
    ended: float

    @property
    def seconds(self) -> float:
        """How long it took."""
        return self.ended - self.began


@dataclass
class Clock:
    """Stages one after another."""

    stages: list[Stage] = field(default_factory=list)
    _last: float = field(default_factory=time.monotonic)

    def lap(self, stage: str) -> None:
        """End a stage."""
        now = time.monotonic()
        self.stages.append(Stage(stage, self._last, now))
        self._last = now

    def split(self, stage: str, into: list[tuple[str, float]]) -> None:
        """Put parts, which ended one after another with it, in place of a stage.

        What the parts do not account for stands before them under the stage's own name.
        """
        whole = self.stages.pop()
        ended = whole.ended - sum(seconds for _, seconds in into)
        self.stages.append(Stage(stage, whole.began, ended))
        for name, seconds in into:
            self.stages.append(Stage(name, ended, ended + seconds))
            ended += seconds

    @property
    def whole(self) -> float:
        """Seconds of all stages."""
        return sum(stage.seconds for stage in self.stages)


@dataclass
class Memory:
    """Resident memory of each process over time."""

    samples: list[tuple[float, str, float]] = field(default_factory=list)

    def peak(self, process: str, stage: Stage | None = None) -> float:
        """Return the largest memory of a process, in MB: at all, or during a stage.

        A stage shorter than the time between two samples has that of the next one.
        """
        own = [(at, used) for at, name, used in self.samples if name == process]
        if stage is None:
            return max((used for _, used in own), default=0.0)
        later = [(at, used) for at, used in own if at >= stage.began]
        during = [used for at, used in later if at <= stage.ended]
        return max(during or [used for _, used in later[:1]], default=0.0)


@contextmanager
def watched(stack: Stack) -> Iterator[Memory]:
    """Sample the memory of the stack's processes until the block ends."""
    memory = Memory()
    done = threading.Event()

    def look() -> None:
        while not done.wait(SAMPLE_SECONDS):
            for name, child in list(stack.supervisor.children.items()):
                if child.identity and (process := child.identity.process()):
                    used = process.memory_info().rss / MB
                    memory.samples.append((time.monotonic(), name, used))

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield memory
    finally:
        done.set()
        thread.join()
