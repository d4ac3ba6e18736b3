"""What a person reads when the stack cannot come up, and that nothing is left running."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import polars as pl
import psutil
import pytest

from devstack.dataset import DAILY, last_day
from devstack.layout import Layout, world_of
from devstack.processes.identity import Identity, identity
from devstack.processes.ports import free_port, internal_ports, is_free
from devstack.settings import CHECKOUT, StackSettings
from servicekit.settings import settings_table


def command(*words: str, folder: Path, **variables: object) -> subprocess.CompletedProcess[str]:
    given = {name.upper(): str(value) for name, value in variables.items()}
    environment = {**os.environ, "STATE_DIR": str(folder), **given}
    return subprocess.run(
        [sys.executable, "-m", "devstack", *words],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def speaking_of(folder: Path) -> list[psutil.Process]:
    return [p for p in psutil.process_iter(["environ"]) if _state_dir(p) == str(folder)]


def _state_dir(process: psutil.Process) -> str | None:
    try:
        return process.environ().get("STATE_DIR")
    except psutil.Error:
        return None


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen(1)
        yield int(holder.getsockname()[1])


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    folder = tmp_path / "data set"
    folder.mkdir()
    days = [date(2026, 6, 29), date(2026, 6, 30)]
    rows = pl.DataFrame({"project": ["pip", "pip"], "day": days, "downloads": [1, 2]})
    rows.write_parquet(folder / DAILY)
    return folder


def test_a_busy_port_is_one_sentence(tmp_path: Path, taken_port: int, dataset: Path) -> None:
    done = command("up", folder=tmp_path, port=taken_port, dataset=dataset)
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"error: port {taken_port} is already in use by ")
    assert "PORT=" in line
    assert speaking_of(tmp_path) == []


def test_a_source_that_does_not_exist_is_one_sentence(tmp_path: Path, dataset: Path) -> None:
    done = command("up", folder=tmp_path, port=free_port(), dataset=dataset, source="duckdb")
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line == "error: SOURCE=duckdb: Input should be 'clickhouse' or 'bigquery'"


def test_a_full_disk_is_one_sentence(tmp_path: Path, dataset: Path) -> None:
    needed = 10**9
    done = command("up", folder=tmp_path, port=free_port(), dataset=dataset, minimum_free_mb=needed)
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert f"{needed} MB are needed" in line
    assert speaking_of(tmp_path) == []


def test_a_data_set_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    done = command("up", folder=tmp_path, port=free_port(), dataset=tmp_path / "none")
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        f"error: there is no data set: {tmp_path / 'none'} is not a folder"
    ]


def test_a_setting_that_is_no_number_is_one_sentence(tmp_path: Path) -> None:
    done = command("status", folder=tmp_path, port="many")
    assert done.returncode == 1
    assert done.stderr.startswith("error: PORT=many: ")
    assert len(done.stderr.splitlines()) == 1


def test_collecting_wants_a_running_stack(tmp_path: Path) -> None:
    done = command("collect", "downloads", "2026-06-30", folder=tmp_path)
    assert (done.returncode, done.stderr) == (
        1,
        "error: PyPI Stats does not run; `make up` first\n",
    )


def test_down_with_nothing_running_is_no_error(tmp_path: Path) -> None:
    done = command("down", folder=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")


async def test_the_day_is_the_data_sets_last(dataset: Path) -> None:
    assert await last_day(StackSettings(dataset=dataset)) == date(2026, 6, 30)


def test_passwords_are_made_once_and_closed_to_others(tmp_path: Path) -> None:
    layout = Layout(tmp_path, "sample")
    layout.create()
    first = layout.password("nats-scorer")
    assert layout.password("nats-scorer") == first
    assert layout.password("nats-operator") != first
    modes = [file.stat().st_mode & 0o077 for file in (tmp_path / "secrets").iterdir()]
    assert modes == [0, 0]


def test_each_data_set_has_a_state_of_its_own(tmp_path: Path) -> None:
    settings = [
        StackSettings(dataset=None),
        StackSettings(dataset=None, sample_packages=50),
        StackSettings(dataset=tmp_path / "a"),
        StackSettings(dataset=tmp_path / "b" / "a"),
        StackSettings(sources="live"),
    ]
    assert len({world_of(each) for each in settings}) == len(settings)


def test_servers_keep_their_ports_while_they_are_free(tmp_path: Path) -> None:
    remembered = tmp_path / "ports.json"
    first = internal_ports(["nats", "valkey"], remembered)
    assert internal_ports(["nats", "valkey"], remembered) == first
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", first["nats"]))
        holder.listen(1)
        second = internal_ports(["nats", "valkey"], remembered)
    assert second["nats"] != first["nats"]
    assert second["valkey"] == first["valkey"]
    assert is_free("127.0.0.1", second["nats"])


def test_a_stranger_with_the_same_number_is_left_alone() -> None:
    own = identity(os.getpid())
    assert own is not None
    assert own.process() is not None
    assert Identity(own.pid, own.created - 100).process() is None


def test_the_readme_lists_every_setting() -> None:
    readme = (CHECKOUT / "tools" / "README.md").read_text()
    shown = settings_table(StackSettings).replace(f"{CHECKOUT}/", "")
    assert shown in readme
