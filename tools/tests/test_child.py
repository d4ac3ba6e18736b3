"""A process that dies is started again; one that cannot live is given up in one sentence."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest

from devstack.failure import StackError
from devstack.processes.child import Child, Program
from devstack.processes.child import last_line as last_line_of
from devstack.processes.probes import READY
from devstack.servers.database import finish

SLEEP = "import time; time.sleep(600)"
STUBBORN = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("deaf", flush=True)
time.sleep(600)
"""


async def at_once() -> str:
    return READY


async def never() -> str:
    return "it sleeps"


@pytest.fixture
def log_file(tmp_path: Path) -> Path:
    return tmp_path / "child.log"


def python(code: str, log_file: Path, **more: object) -> Child:
    options = {"ready": at_once, "environment": {}, **more}
    program = Program(name="child", command=(sys.executable, "-c", code), **options)  # type: ignore[arg-type]
    return Child(program, log_file, lambda: None)


@pytest.fixture
async def sleeper(log_file: Path) -> AsyncIterator[Child]:
    child = python(SLEEP, log_file)
    await child.start()
    yield child
    await child.stop()


async def test_is_started_again_after_each_kill(sleeper: Child) -> None:
    for deaths in (1, 2):
        before = sleeper.identity
        sleeper.kill()
        async with asyncio.timeout(10):
            await sleeper.up.wait()
        assert sleeper.identity != before
        assert sleeper.deaths == deaths


async def test_is_not_started_again_once_stopped(sleeper: Child) -> None:
    await sleeper.stop()
    assert sleeper.state == "stopped"
    with pytest.raises(StackError, match="child does not run"):
        sleeper.kill()


async def test_dying_at_its_start_is_told_with_its_last_words(log_file: Path) -> None:
    child = python("raise SystemExit('no such table: runs')", log_file, ready=never)
    with pytest.raises(StackError, match="child ended 3 times at its start: no such table: runs"):
        await child.start()


async def test_what_can_never_start_is_told_at_once_and_not_tried_again(log_file: Path) -> None:
    code = "print('line 3: no filename', flush=True); raise SystemExit(78)"
    with pytest.raises(StackError, match="child cannot start: line 3: no filename"):
        await python(code, log_file, ready=never).start()
    assert log_file.read_text().count("line 3") == 1


async def test_never_ready_is_told_and_nothing_runs_on(log_file: Path) -> None:
    child = python(SLEEP, log_file, ready=never, start_timeout=0.3)
    with pytest.raises(StackError, match="child was not ready after 0 s: it sleeps"):
        await child.start()
    assert child.identity is not None
    assert child.identity.process() is None


async def test_deaf_to_the_signal_it_is_killed_after_its_grace(log_file: Path) -> None:
    async def deaf() -> str:
        return READY if last_line_of(log_file) == "deaf" else "it still listens"

    child = python(STUBBORN, log_file, ready=deaf, stop_timeout=0.3)
    await child.start()
    async with asyncio.timeout(5):
        await child.stop()
    assert child.identity is not None
    assert child.identity.process() is None


async def test_a_step_that_nobody_waits_for_is_ended(tmp_path: Path, log_file: Path) -> None:
    pid_file = tmp_path / "pid"
    code = (
        f"import os, pathlib; pathlib.Path({str(pid_file)!r}).write_text(str(os.getpid())); {SLEEP}"
    )
    step = asyncio.create_task(finish("the step", [sys.executable, "-c", code], {}, log_file))
    async with asyncio.timeout(10):
        while not pid_file.exists() or not pid_file.read_text():
            await asyncio.sleep(0.05)
    step.cancel()
    with pytest.raises(asyncio.CancelledError):
        await step
    assert not psutil.pid_exists(int(pid_file.read_text()))


async def test_survives_a_signal_it_handles(sleeper: Child) -> None:
    before = sleeper.identity
    sleeper.kill(signal.SIGCONT)
    await asyncio.sleep(0.1)
    assert sleeper.identity == before
    assert sleeper.up.is_set()
