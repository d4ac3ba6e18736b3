"""The supervisor in the background, and the commands that start, watch and stop it."""

import asyncio
import contextlib
import logging
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from devstack.failure import StackError
from devstack.layout import Layout, layout_of
from devstack.processes.child import last_line
from devstack.processes.ports import require_free
from devstack.settings import CHECKOUT, StackSettings
from devstack.stack import Stack
from devstack.state import StackState, end_leftovers, only_one, read_state

log = logging.getLogger(__name__)

POLL = 0.1
"""Seconds."""

STOP_TIMEOUT = 120.0
"""Seconds for everything to stop before the supervisor itself is killed."""

FULL_MB = 64
"""Free space, in MB, below which a failure is put down to the full disk."""

HOPELESS_DEATHS = 6
"""Deaths of one process after which `make up` no longer waits for it."""


def supervise(settings: StackSettings) -> int:
    """Keep the stack running until SIGTERM; the exit status of the background process."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)  # a line for each probe otherwise
    layout = layout_of(settings)
    with only_one(layout.run) as first:
        if not first:
            return 0  # somebody else's `make up` was faster: both watch the same stack
        try:
            asyncio.run(_keep(Stack(settings)))
        except (StackError, OSError) as error:
            log.critical("%s", error)
            return 1
    return 0


async def _keep(stack: Stack) -> None:
    task = asyncio.current_task()
    loop = asyncio.get_running_loop()

    def stop_once() -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, lambda: None)  # stopping is under way
        if task is not None:
            task.cancel()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop_once)
    with contextlib.suppress(asyncio.CancelledError):
        async with stack:
            await asyncio.Event().wait()


def start(settings: StackSettings, told: Callable[[StackState], None]) -> StackState:
    """Start the supervisor unless it runs, wait until the stack is up, and give its state.

    `told` is called whenever there may be something new to show.
    """
    layout = layout_of(settings)
    running = running_state(settings)
    if running is not None:
        _require_same(running, settings, layout)
        return _until_up(layout, None, told)
    (layout.run / "stack.json").unlink(missing_ok=True)
    with layout.log_file("stack").open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "devstack", "supervise"],
            cwd=CHECKOUT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,  # goes on when the terminal is closed
        )
    return _until_up(layout, process, told)


def require_startable(settings: StackSettings) -> None:
    """Raise StackError where the stack could not start: a taken port, a full disk."""
    _require_room(settings, layout_of(settings))
    require_free(settings.site_host, settings.port)


def running_state(settings: StackSettings) -> StackState | None:
    """Return the state of the running stack; ends what a killed supervisor left behind."""
    layout = layout_of(settings)
    layout.create()
    state = read_state(layout.run)
    if state is not None and state.alive:
        return state
    end_leftovers(state)
    return None


def stop(settings: StackSettings) -> bool:
    """Stop everything and wait for it; says whether anything was running."""
    state = running_state(settings)
    process = state.supervisor.process() if state else None
    if process is None:
        return False
    with contextlib.suppress(psutil.NoSuchProcess):
        process.terminate()
        try:
            process.wait(STOP_TIMEOUT)
        except psutil.TimeoutExpired:
            process.kill()
            process.wait(5)
    end_leftovers(read_state(layout_of(settings).run))
    return True


def require_alive(settings: StackSettings) -> StackState:
    """Return the state of the running stack; StackError when waiting for it is of no use."""
    layout = layout_of(settings)
    state = read_state(layout.run)
    if state is None or not state.alive:
        raise StackError(f"the stack has stopped: {last_line(layout.log_file('stack'))}")
    for name, child in state.children.items():
        if child.deaths >= HOPELESS_DEATHS and child.state != "up":
            file = layout.log_file(name)
            raise StackError(
                f"{name} has ended {child.deaths} times: {last_line(file)} (see {file})"
            )
    if _free_mb(layout.root) < FULL_MB:
        raise StackError(_full(layout.root))
    return state


def _until_up(
    layout: Layout, process: subprocess.Popen[bytes] | None, told: Callable[[StackState], None]
) -> StackState:
    while True:
        state = read_state(layout.run)
        if state is not None and state.alive:
            told(state)
            if state.up:
                return state
        elif process is None or process.poll() is not None:
            raise StackError(_why(layout))
        time.sleep(POLL)


def _why(layout: Layout) -> str:
    if _free_mb(layout.root) < FULL_MB:
        return _full(layout.root)
    words = last_line(layout.log_file("stack")).partition(" CRITICAL ")
    return words[2] or words[0] or "the stack stopped without a word"


def _require_same(running: StackState, settings: StackSettings, layout: Layout) -> None:
    asked = f"http://localhost:{settings.port}"
    if running.address != asked:
        raise StackError(f"it runs at {running.address} already; `make down` first to move it")
    if running.world != layout.world:
        raise StackError(
            f"it runs with the data of {running.dataset or 'the real sources'};"
            " `make down` first to change that"
        )


def _require_room(settings: StackSettings, layout: Layout) -> None:
    free = _free_mb(layout.root)
    if free < settings.minimum_free_mb:
        raise StackError(
            f"the disk that holds {layout.root} has {free} MB free;"
            f" {settings.minimum_free_mb} MB are needed"
        )


def _full(folder: Path) -> str:
    return f"the disk that holds {folder} is full: {_free_mb(folder)} MB free"


def _free_mb(folder: Path) -> int:
    return shutil.disk_usage(folder).free // 1_000_000
