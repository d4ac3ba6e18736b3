"""Make's own promises: `make -n` shows what would be done and does nothing."""

import subprocess
from pathlib import Path

from devstack.settings import CHECKOUT


def test_a_dry_run_of_the_tests_shows_them_and_runs_none() -> None:
    shown = subprocess.run(
        ["make", "-n", "test", "T=tests/no-such-folder"],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    ).stdout
    assert "-m pytest" in shown
    assert "no tests ran" not in shown


def test_no_line_runs_make_again() -> None:
    """Make runs a line that names itself even when it is asked to show it alone."""
    lines = (CHECKOUT / "Makefile").read_text().splitlines()
    assert [line for line in lines if line.startswith("\t") and "MAKE)" in line] == []


def test_the_tests_run_after_a_failed_lint_and_the_whole_fails(tmp_path: Path) -> None:
    calls = tmp_path / "calls"
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\necho "$*" >> {calls}\ncase "$*" in *ruff*) exit 1;; esac\n')
    python.chmod(0o755)
    command = ["make", "test", f"python={python}", "T=tests/none", "-o", ".venv/ready"]
    ended = subprocess.run(command, cwd=CHECKOUT, capture_output=True, timeout=60, check=False)
    said = calls.read_text()
    assert "-m pytest" in said.splitlines()[-1]
    assert ended.returncode != 0
