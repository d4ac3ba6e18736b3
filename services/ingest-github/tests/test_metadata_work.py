"""One piece of work must give one event of each kind, whatever its hundred packages do."""

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import httpx
import msgspec
import pytest

from events import (
    MetadataTask,
    MetadataWork,
    Outcome,
    PackageFacts,
    PackageObservation,
    PackagesObserved,
    RepositoriesObserved,
)
from events.message_size import LARGEST_BODY
from ingest_github.handlers import read_metadata
from ingest_github.message_size import within_payload

DAY = date(2026, 6, 30)
NOW = datetime(2026, 6, 30, tzinfo=UTC)
PACKAGES, REPOSITORIES = "r:packages.observed:3", "r:repos.observed:3"


def work(*tasks: MetadataTask) -> MetadataWork:
    return MetadataWork(run_id="r", seq=3, day=DAY, tasks=list(tasks))


def pypi_of(documents: dict[str, Any]) -> Callable[[httpx.Request], httpx.Response]:
    def answer(request: httpx.Request) -> httpx.Response:
        kind, name = request.url.path.split("/")[1:3]
        if kind == "simple" or name not in documents:
            return httpx.Response(404)
        found = documents[name]
        return found if isinstance(found, httpx.Response) else httpx.Response(200, json=found)

    return answer


def github_of(**facts: Any) -> Callable[[httpx.Request], httpx.Response]:
    def answer(request: httpx.Request) -> httpx.Response:
        full_name = request.url.path.removeprefix("/repos/")
        return httpx.Response(200, json={"id": 1, "full_name": full_name, **facts})

    return answer


def document(name: str, **info: Any) -> dict[str, Any]:
    return {"info": {"name": name, "version": "1", **info}, "last_serial": 5}


@pytest.fixture
def carry_out(sources: Callable[..., Any], clock: Any, kept: Any) -> Callable[..., Any]:
    async def carrying(
        pypi: Any, github: Any, *tasks: MetadataTask
    ) -> tuple[PackagesObserved, RepositoriesObserved]:
        async with sources(pypi, github, clock) as opened:
            await read_metadata(work(*tasks), opened, kept)
        assert list(kept.events) == [PACKAGES, REPOSITORIES]
        return kept.events[PACKAGES], kept.events[REPOSITORIES]

    return carrying


async def test_the_repository_the_document_names_is_read_in_the_same_task(carry_out: Any) -> None:
    pypi = pypi_of({"thing": document("Thing", home_page="https://github.com/ann/thing")})
    packages, repositories = await carry_out(
        pypi, github_of(homepage="https://pypi.org/project/thing/"), MetadataTask(name="thing")
    )
    (package,), (repository,) = packages.packages, repositories.repositories
    assert (package.name, package.facts.display_name) == ("thing", "Thing")
    assert package.repository.full_name == "ann/thing"
    assert "links back" in package.repository.reason
    assert (repository.package, repository.asked) == ("thing", "ann/thing")
    assert (packages.seq, repositories.seq) == (3, 3)
    assert (packages.requests, repositories.requests) == ({"ok": 1, "gone": 1}, {"ok": 1})


async def test_an_unchanged_package_is_asked_for_the_repository_known_of_it(
    carry_out: Any,
) -> None:
    pypi = pypi_of({"thing": httpx.Response(304)})
    task = MetadataTask(name="thing", pypi_etag='"e"', repository="ann/thing")
    packages, repositories = await carry_out(pypi, github_of(), task)
    assert packages.packages[0].outcome == Outcome.UNCHANGED
    assert repositories.repositories[0].facts.full_name == "ann/thing"


async def test_a_package_that_names_no_repository_is_told_from_one_not_read(
    carry_out: Any,
) -> None:
    pypi = pypi_of({"plain": document("plain"), "broken": httpx.Response(200, content=b"{")})
    _, repositories = await carry_out(
        pypi, github_of(), MetadataTask(name="plain"), MetadataTask(name="broken")
    )
    plain, broken = repositories.repositories
    assert (plain.outcome, plain.asked) == (Outcome.NONE, "")
    assert broken.outcome == Outcome.SKIPPED
    assert "could not be read" in broken.reason


async def test_only_what_is_due_is_read(carry_out: Any) -> None:
    pypi = pypi_of({"thing": document("thing", home_page="https://github.com/ann/thing")})
    packages, repositories = await carry_out(
        pypi,
        github_of(),
        MetadataTask(name="thing", read_repository=False),
        MetadataTask(name="other", read_package=False, repository="ann/other"),
    )
    assert [each.name for each in packages.packages] == ["thing"]
    assert [each.package for each in repositories.repositories] == ["other"]


async def test_work_that_the_next_run_has_taken_over_is_answered_with_nothing(
    sources: Any, clock: Any, kept: Any
) -> None:
    """A week's backlog would otherwise be read again behind each night's own work."""
    asked: list[httpx.Request] = []

    def server(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, json=document("thing"))

    late = msgspec.structs.replace(
        work(MetadataTask(name="thing")), expires=datetime.fromtimestamp(clock.time, UTC)
    )
    async with sources(server, server, clock) as opened:
        await read_metadata(late, opened, kept)
        assert asked == []
        assert kept.events[PACKAGES].packages == kept.events[REPOSITORIES].repositories == []
        clock.time -= 1
        await read_metadata(late, opened, kept)
    assert len(kept.events[PACKAGES].packages) == 1


async def test_a_poisonous_package_does_not_hold_its_neighbours(
    carry_out: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaking(name: str, *_: Any) -> PackageFacts:
        if name == "poison":
            raise ArithmeticError("nobody thought of this")
        return PackageFacts(display_name=name)

    monkeypatch.setattr("ingest_github.pypi.package_reader.package_facts", breaking)
    names = ["a", "poison", "b"]
    pypi = pypi_of({name: document(name) for name in names})
    packages, repositories = await carry_out(
        pypi, github_of(), *(MetadataTask(name=name) for name in names)
    )
    outcomes = {each.name: each.outcome for each in packages.packages}
    assert outcomes == {"a": Outcome.OK, "poison": Outcome.FAILED, "b": Outcome.OK}
    assert packages.packages[1].reason == "ArithmeticError: nobody thought of this"
    assert repositories.repositories[1].outcome == Outcome.FAILED


async def test_a_hundred_greedy_packages_fit_into_one_message(carry_out: Any) -> None:
    long = "x" * 200
    greedy = document(
        "greedy",
        summary="y" * 9_000,
        classifiers=[f"Topic :: {long}{n}" for n in range(300)],
        keywords=",".join(f"{long}{n}" for n in range(99)),
        requires_dist=[f"{'d' * 60}{n}" for n in range(900)],
        project_urls={f"link {n}": f"https://example.org/{long}" for n in range(99)},
    )
    names = [f"p{n}" for n in range(100)]
    packages, _ = await carry_out(
        pypi_of(dict.fromkeys(names, greedy)), github_of(), *(MetadataTask(name=n) for n in names)
    )
    assert len(packages.packages) == 100
    assert all(each.facts.version == "1" for each in packages.packages)


def test_only_the_largest_observations_are_shortened(clock: Any) -> None:
    def observation(name: str, dependencies: int) -> PackageObservation:
        facts = PackageFacts(display_name=name, dependencies=["d" * 50] * dependencies)
        return PackageObservation(name=name, outcome=Outcome.OK, observed_at=NOW, facts=facts)

    small, large = observation("small", 70), observation("large", 400)
    kept = within_payload([small, large], largest=12_000)
    assert kept[0] == small
    assert len(kept[1].facts.dependencies) == 60  # type: ignore[union-attr]
    assert within_payload([small, large]) == [small, large]
    assert len(msgspec.json.encode(kept)) < LARGEST_BODY


async def test_requests_to_pypi_are_bounded_however_many_tasks_there_are(
    sources: Callable[..., Any], clock: Any, kept: Any
) -> None:
    running, most = 0, 0

    async def answer(request: httpx.Request) -> httpx.Response:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.001)
        running -= 1
        return httpx.Response(200, content=json.dumps(document("p")).encode())

    tasks = [MetadataTask(name=f"p{n}") for n in range(60)]
    async with sources(answer, github_of(), clock, pypi_concurrency=4) as opened:
        await read_metadata(work(*tasks), opened, kept)
    assert most == 4
