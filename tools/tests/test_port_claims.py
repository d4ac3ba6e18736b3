"""A server that is down for a moment finds its port again, whatever else starts meanwhile."""

import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from devstack.processes import port_claims, ports

CLAIMING = """
import pathlib, sys
from devstack.processes import port_claims
port_claims.CLAIMS = pathlib.Path(sys.argv[1])
print(port_claims.claim(int(sys.argv[2])), flush=True)
sys.stdin.read()
"""
PORT = 20_777


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(port_claims, "CLAIMS", tmp_path)
    return tmp_path


@pytest.fixture
def another(folder: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """A process that has claimed the port and lives."""
    command = [sys.executable, "-c", CLAIMING, folder, str(PORT)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"True\n"
    yield process
    process.kill()
    process.communicate()


def test_nobody_is_given_a_port_that_a_living_process_has(
    another: "subprocess.Popen[bytes]", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(random, "sample", lambda among, k: [PORT, PORT + 1])
    assert ports.free_port() == PORT + 1
    another.kill()
    another.wait()
    assert ports.free_port() == PORT


def test_a_stack_keeps_its_own_ports_when_it_starts_again(folder: Path) -> None:
    remembered = folder / "ports.json"
    first = ports.internal_ports(["nats", "postgres"], remembered)
    assert ports.internal_ports(["nats", "postgres"], remembered) == first


def test_rubbish_in_a_claim_is_worth_nothing(folder: Path) -> None:
    (folder / str(PORT)).write_text("nobody")
    assert port_claims.claim(PORT)
