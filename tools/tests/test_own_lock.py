"""A service that takes what its lock does not bring is caught, though a test may take it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from checks.own_lock import GUARD, images


@pytest.fixture
def world(tmp_path: Path) -> Path:
    """A service's code, a locked package, and one that only tests have."""
    for folder, name, text in (
        ("own", "own_part", "from importlib import import_module\nimport locked_part\n"),
        ("own", "own_thief", "import test_part\n"),
        ("own", "own_late", "def work():\n    import test_part\n"),
        ("locked", "locked_part", ""),
        ("behind", "test_part", ""),
    ):
        (tmp_path / folder).mkdir(exist_ok=True)
        (tmp_path / folder / f"{name}.py").write_text(text)
    (tmp_path / "sitecustomize.py").write_text(GUARD.read_text())
    return tmp_path


def outcome(world: Path, code: str) -> subprocess.CompletedProcess[str]:
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join(str(world / each) for each in ("", "own", "locked")),
        "OWN_SOURCES": str(world / "own"),
        "LOCKED_PACKAGES": str(world / "locked"),
        "TEST_PACKAGES": str(world / "behind"),
    }
    command = [sys.executable, "-c", code]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_what_the_lock_brings_may_be_taken_and_a_test_may_take_more(world: Path) -> None:
    done = outcome(world, "import own_part, test_part")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("code", ["import own_thief", "import own_late; own_late.work()"])
def test_what_lies_beyond_the_lock_is_refused_whenever_it_is_taken(world: Path, code: str) -> None:
    done = outcome(world, code)
    assert done.returncode == 1
    assert "takes test_part from beyond its lock" in done.stderr


def test_every_image_has_tests_of_the_part_it_is_for() -> None:
    found = {image.name: image for image in images()}
    assert len(found) == 7
    for image in found.values():
        assert list(image.tests.glob("test_*.py")), image.name
        assert image.name in image.tests.parts
