"""Whole stacks of real servers and services on free ports, playing a small data set."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from devstack.background import in_background
from devstack.stack import Stack, stack_in

sys.path.insert(0, str(Path(__file__).parent))

PACKAGES, DAYS = 150, 70


@pytest.fixture(scope="session")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dataset")
    command = [sys.executable, "-m", "sample_data", "--out", folder]
    subprocess.run([*command, f"--packages={PACKAGES}", f"--days={DAYS}"], check=True)
    return folder


@pytest.fixture(scope="session")
def many_small_messages() -> Iterator[None]:
    """Ten packages a message, so that a run can be disturbed in its middle."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BATCH_PACKAGES", "10")
        yield


@pytest.fixture(scope="session")
def quiet(dataset: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A stack that many tests ask, one after another."""
    with in_background(stack_in(tmp_path_factory.mktemp("quiet"), dataset=dataset)) as stack:
        yield stack


@pytest.fixture(scope="module")
def changing(
    dataset: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Stack, Path]]:
    """A stack, and the advisory archive it plays, which may change."""
    folder = tmp_path_factory.mktemp("changing")
    shutil.copytree(dataset, folder / "dataset")
    archive = folder / "dataset" / "osv" / "PyPI" / "all.zip"
    with in_background(stack_in(folder / "state", dataset=folder / "dataset")) as stack:
        yield stack, archive
