"""The commands as a person uses them: up, killed, up again with everything still there, down."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from devstack.processes.ports import free_port
from devstack.settings import StackSettings
from devstack.state import read_state

pytestmark = pytest.mark.timeout(600)  # all processes, on a machine that may do other things

Command = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> StackSettings:
    folder = tmp_path_factory.mktemp("with space") / "state"
    return StackSettings(
        state_dir=folder, port=free_port(), sample_packages=40, sample_days=40, dataset=None
    )


@pytest.fixture(scope="module")
def command(settings: StackSettings) -> Iterator[Command]:
    variables = {
        "STATE_DIR": str(settings.state_dir),
        "PORT": str(settings.port),
        "SAMPLE_PACKAGES": str(settings.sample_packages),
        "SAMPLE_DAYS": str(settings.sample_days),
    }

    def run(*words: str, module: str = "devstack") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", module, *words],
            env={**os.environ, **variables},
            capture_output=True,
            text=True,
            check=False,
        )

    yield run
    run("down")


def processes(settings: StackSettings) -> list[int]:
    state = read_state(settings.state_dir / "run")
    assert state is not None
    identities = [state.supervisor, *(child.identity for child in state.children.values())]
    return [each.pid for each in identities if each is not None and each.process() is not None]


def shown(settings: StackSettings) -> tuple[int, int]:
    answer = httpx.get(f"http://127.0.0.1:{settings.port}/api/packages", trust_env=False)
    body = answer.raise_for_status().json()
    return int(body["generation"]), int(body["total"])


def test_up_collects_everything_and_leaves_a_warm_site(
    command: Command, settings: StackSettings
) -> None:
    done = command("up")
    assert (done.returncode, done.stderr) == (0, "")
    assert f"http://localhost:{settings.port}" in done.stdout
    generation, packages = shown(settings)
    assert generation >= 3
    assert packages == settings.sample_packages
    page = httpx.get(f"http://127.0.0.1:{settings.port}/", trust_env=False)
    assert page.status_code == 200


def test_up_again_finds_it_running(command: Command, settings: StackSettings) -> None:
    before = processes(settings)
    done = command("up")
    assert (done.returncode, done.stderr) == (0, "")
    assert "runs already" in done.stdout
    assert processes(settings) == before


def test_another_port_is_refused_while_it_runs(command: Command, settings: StackSettings) -> None:
    other = settings.model_copy(update={"port": free_port()})
    done = subprocess.run(
        [sys.executable, "-m", "devstack", "up"],
        env={**os.environ, "STATE_DIR": str(settings.state_dir), "PORT": str(other.port)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "make down" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert shown(settings)


def test_what_is_stored_is_saved_while_it_runs_and_replaced_only_when_it_does_not(
    command: Command, tmp_path: Path
) -> None:
    file = tmp_path / "below" / "pypi_stats.dump"
    saved = command("save", str(file), module="devstack.commands.backup")
    assert (saved.returncode, saved.stderr) == (0, "")
    assert file.read_bytes().startswith(b"PGDMP")
    assert [each.name for each in file.parent.iterdir()] == [file.name]
    refused = command("restore", str(file), module="devstack.commands.backup")
    assert refused.returncode == 1
    assert refused.stderr == "error: PyPI Stats runs; `make down` first\n"


def test_goes_on_after_everything_was_killed(command: Command, settings: StackSettings) -> None:
    before = shown(settings)
    for pid in processes(settings):
        os.kill(pid, 9)
    done = command("up")
    assert (done.returncode, done.stderr) == (0, "")
    assert shown(settings) == before
    assert "downloads of" not in done.stdout, "what was collected is not collected again"


def test_nothing_outlives_a_supervisor_that_was_killed(
    command: Command, settings: StackSettings
) -> None:
    supervisor, *children = processes(settings)
    os.kill(supervisor, 9)
    assert len(children) == 10
    assert command("down").returncode == 0
    assert processes(settings) == []


def test_up_goes_on_after_down(command: Command, settings: StackSettings) -> None:
    done = command("up")
    assert (done.returncode, done.stderr) == (0, "")
    assert "downloads of" not in done.stdout
    assert shown(settings)[1] == settings.sample_packages
    assert command("down").returncode == 0
    assert processes(settings) == []
