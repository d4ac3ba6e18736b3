"""Reads PyPI itself: only when asked for, by `pytest -m live -s services/ingest-github`."""

import re
import tomllib
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement

from events import MetadataTask, Outcome, PackageObservation
from ingest_github.clock import SystemClock
from ingest_github.pypi.client import make_pypi
from ingest_github.pypi.package_reader import PackageReader
from ingest_github.settings import Settings

CHECKOUT = Path(__file__).resolve().parents[3]


def own_dependencies() -> list[str]:
    """Names in the pyproject files of this project's libraries and services."""
    names: set[str] = set()
    for file in (
        *CHECKOUT.glob("libs/*/pyproject.toml"),
        *CHECKOUT.glob("services/*/pyproject.toml"),
    ):
        listed = tomllib.loads(file.read_text())["project"]["dependencies"]
        names |= {Requirement(line).name for line in listed}
    return sorted(name for name in names if not name.startswith("pypi-stats"))


@pytest.fixture
def asked_for(request: pytest.FixtureRequest) -> None:
    chosen = str(request.config.getoption("-m"))
    if not re.search(r"(?<!not )\blive\b", chosen):
        pytest.skip("reads public documents; ask for it with -m live")


def told(name: str, seen: PackageObservation) -> str:
    """One line about one package."""
    facts, choice = seen.facts, seen.repository
    if facts is None:
        return f"{name:34} {seen.outcome}: {seen.reason}"
    needs = f"{len(facts.dependencies)}+{len(facts.extra_dependencies)}"
    chosen = f"{choice.full_name} {choice.confidence}: {choice.reason}" if choice else "none"
    return (
        f"{name:34} {facts.version!s:10} {facts.released!s:10} {facts.release_count:4}"
        f" {facts.first_release!s:10} {needs:>6} {facts.minimum_python!s:5} {facts.project_status}"
        f" | {facts.license!s} ({facts.license_class}) | {chosen}"
    )


@pytest.mark.live
async def test_this_projects_own_dependencies(asked_for: Any) -> None:
    """Prints version, dates, dependencies and extras, lowest Python, licence and repository."""
    requests: Counter[str] = Counter()
    found = {}
    async with make_pypi(Settings()) as pypi:
        reader = PackageReader(pypi, SystemClock())
        for name in own_dependencies():
            look = await reader.read(MetadataTask(name=name), datetime.now(UTC).date(), requests)
            found[name] = look.observation
            print(told(name, look.observation))
    print(dict(requests))
    assert {seen.outcome for seen in found.values()} == {Outcome.OK}
    chosen = {name for name, seen in found.items() if seen.repository}
    assert len(chosen) > 0.9 * len(found)
    assert all(seen.facts and seen.facts.released for seen in found.values())
    assert not [n for n, seen in found.items() if seen.facts and seen.facts.license is None]
