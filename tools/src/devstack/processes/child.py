"""One process of the stack: started, known to be ready, started again when it dies, stopped."""

import asyncio
import contextlib
import logging
import os
import signal
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from devstack.failure import StackError
from devstack.processes.identity import Identity, identity
from devstack.processes.probes import READY, Probe

log = logging.getLogger(__name__)

PROBE_INTERVAL = 0.1
"""Seconds between two questions whether a process is ready."""

START_ATTEMPTS = 3
"""Deaths before it was ever ready after which starting is given up."""

UNUSABLE = 78
"""Exit status of a program that will fail again however often it is started (EX_CONFIG)."""

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
"""Seconds before a dead process is started again; doubled with each death in a row."""

LONG_LIFE = 60.0
"""Seconds; see `Program.long_life`."""

LONGEST_WORDS = 400
"""Characters of a program's last line that are told."""

LOG_LIMIT = 20_000_000
"""Bytes of a log file above which it is put aside at the next start."""


@dataclass(frozen=True)
class Program:
    """How one process is started, known to be ready, and stopped."""

    name: str
    command: tuple[str, ...]
    ready: Probe
    environment: Mapping[str, str]
    folder: Path = Path("/")
    """Where it runs; by default a folder that every user may enter."""
    prepare: Callable[[], None] = lambda: None
    """Called before each start."""
    start_timeout: float = 60.0
    """Seconds."""
    stop_signal: signal.Signals = signal.SIGTERM
    stop_timeout: float = 40.0
    """Seconds; above the grace a service gives its handlers."""
    long_life: float = LONG_LIFE
    """Seconds of life after which a death counts as the first again."""


class Child:
    """A running program. `state` is one of starting, up, restarting, stopped."""

    def __init__(self, program: Program, log_file: Path, changed: Callable[[], None]) -> None:
        self.program = program
        self.log_file = log_file
        self.state = "stopped"
        self.up = asyncio.Event()
        self.deaths = 0
        self.identity: Identity | None = None
        self._changed = changed
        self._process: asyncio.subprocess.Process | None = None
        self._started = 0.0
        self._unready = ""
        self._watcher: asyncio.Task[None] | None = None

    @property
    def name(self) -> str:
        """The program's name."""
        return self.program.name

    async def start(self) -> None:
        """Start it and return when it is ready; StackError when it cannot be."""
        for _ in range(START_ATTEMPTS):
            await self._spawn()
            if await self._becomes_ready():
                self._watcher = asyncio.create_task(self._watch(), name=f"watch {self.name}")
                return
            if self._lives():
                await self.stop()
                raise StackError(
                    f"{self.name} was not ready after {self.program.start_timeout:.0f} s:"
                    f" {self._unready} (see {self.log_file})"
                )
            if self._process is not None and self._process.returncode == UNUSABLE:
                self._set_state("stopped")
                raise StackError(f"{self.name} cannot start{self._last_words()}")
            log.warning("%s ended before it was ready", self.name)
        self._set_state("stopped")
        raise StackError(
            f"{self.name} ended {START_ATTEMPTS} times at its start{self._last_words()}"
        )

    async def stop(self) -> None:
        """Stop it within its grace, else kill it; it is not started again."""
        if self._watcher is not None:
            self._watcher.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._watcher
            self._watcher = None
        if self._lives():
            await self._end()
        self._set_state("stopped")

    def kill(self, number: signal.Signals = signal.SIGKILL) -> None:
        """Send the process a signal; one that dies from it is started again."""
        if self._process is None or not self._lives():
            raise StackError(f"{self.name} does not run")
        self._process.send_signal(number)
        if number is signal.SIGKILL:
            self.up.clear()  # its death is certain though not yet seen

    async def _spawn(self) -> None:
        await asyncio.to_thread(self.program.prepare)
        _put_aside(self.log_file)
        with self.log_file.open("ab") as output:
            self._process = await asyncio.create_subprocess_exec(
                *self.program.command,
                cwd=self.program.folder,
                env=self.program.environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        self._started = time.monotonic()
        self.identity = identity(self._process.pid)
        self._set_state("starting")

    async def _becomes_ready(self) -> bool:
        """Say whether it got ready; false when it died or took too long."""
        deadline = self._started + self.program.start_timeout
        while self._lives() and time.monotonic() < deadline:
            self._unready = await self.program.ready()
            if self._unready == READY and self._lives():
                self._set_state("up")
                return True
            await self._ended(within=PROBE_INTERVAL)
        return False

    async def _watch(self) -> None:
        pause = FIRST_PAUSE
        while True:
            status = await self._ended()
            if time.monotonic() - self._started > self.program.long_life:
                pause = FIRST_PAUSE
            self.deaths += 1
            self._set_state("restarting")
            log.warning("%s ended with status %s; again in %.1f s", self.name, status, pause)
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)
            await self._start_again()

    async def _start_again(self) -> None:
        try:
            await self._spawn()
        except (OSError, StackError) as error:
            log.error("%s could not be started: %s", self.name, error)  # noqa: TRY400
        else:
            log.info("%s is %s", self.name, "up" if await self._becomes_ready() else "not ready")

    async def _ended(self, within: float | None = None) -> int | None:
        """Wait for the end of the process, at most so many seconds; give its status."""
        if self._process is None:
            return None
        with contextlib.suppress(TimeoutError):
            return await asyncio.wait_for(self._process.wait(), within)
        return None

    async def _end(self) -> None:
        if self._process is None:
            return
        self._process.send_signal(self.program.stop_signal)
        if await self._ended(within=self.program.stop_timeout) is None:
            log.warning("%s did not stop in %.0f s; killed", self.name, self.program.stop_timeout)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            await self._process.wait()

    def _lives(self) -> bool:
        return self._process is not None and self._process.returncode is None

    def _set_state(self, state: str) -> None:
        self.state = state
        if state == "up":
            self.up.set()
        else:
            self.up.clear()
        self._changed()

    def _last_words(self) -> str:
        words = last_line(self.log_file)
        return f": {words} (see {self.log_file})" if words else f" (see {self.log_file})"


def last_line(file: Path) -> str:
    """Return the last line that was written, cut to what fits into a sentence; may be empty."""
    try:
        with file.open("rb") as lines:
            lines.seek(max(0, file.stat().st_size - 4096))
            written = lines.read().decode(errors="replace").strip().splitlines()
    except FileNotFoundError:
        return ""
    return written[-1].strip()[-LONGEST_WORDS:] if written else ""


def _put_aside(file: Path) -> None:
    if file.exists() and file.stat().st_size > LOG_LIMIT:
        file.replace(file.with_suffix(".log.1"))
