"""Programs of Debian are taken where that is possible; else a person reads how to have them."""

import os
import subprocess

import pytest

from devstack.commands import debian
from devstack.commands.debian import Program, provide


def refuse(program: Program) -> None:
    raise subprocess.CalledProcessError(100, ["apt-get", "install", program.package])


def program(name: str) -> Program:
    return Program((name,), "tests of it", "its-package", refuse)


def test_a_program_that_is_there_is_left_alone() -> None:
    assert provide(program("sh")) == ""


def test_without_root_a_person_reads_which_package_has_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    said = provide(program("no-such-program"))
    assert said == "no no-such-program here, of Debian's its-package: tests of it are skipped"


def test_a_registry_that_refuses_ends_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(
        debian.shutil, "which", lambda name, path=None: name if name == "apt-get" else None
    )
    monkeypatch.setattr(debian, "_apt", lambda *words, folder=None: None)
    assert "could not be had" in provide(program("no-such-program"))
    assert "taking no-such-program for tests of it" in capsys.readouterr().out
