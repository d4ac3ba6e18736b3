"""A real PostgreSQL with the product's own schema and roles, emptied before each test.

`metadata` plays the other services' part in runs of metadata.
"""

import uuid
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import asyncpg
import msgspec
import pytest

from devstack.background import in_background
from devstack.servers.database import WRITER
from devstack.stack import Stack, stack_in
from events import (
    IndexEntry,
    IndexObserved,
    MetadataWork,
    Outcome,
    PackageFacts,
    PackageObservation,
    PackagesObserved,
    RepositoriesObserved,
    RepositoryChoice,
    RepositoryFacts,
    RepositoryObservation,
    RunKind,
    RunRequested,
)
from scorer import handlers
from scorer.runs.finisher import finish_applied
from scorer.settings import Settings


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with in_background(stack_in(tmp_path_factory.mktemp("stack"), services=())) as running:
        yield running


@pytest.fixture
async def pool(stack: Stack) -> AsyncIterator[asyncpg.Pool]:
    """A database of its own for each test, made from the migrated one."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    url = stack.database.url(WRITER)
    owner = await asyncpg.connect(stack._administrator_url())
    await owner.execute(f'create database {name} template "{url.rsplit("/", 1)[1]}" owner {WRITER}')
    await owner.close()
    async with asyncpg.create_pool(f"{url.rsplit('/', 1)[0]}/{name}", min_size=1, max_size=8) as p:
        yield p


@pytest.fixture
def settings() -> Settings:
    # Statuses are due in a package's own night of so many days: in none that a test plans.
    return Settings(chunk_packages=2, status_days=100_000)


DAY = date(2026, 6, 30)
NOW = datetime(2026, 6, 30, 4, tzinfo=UTC)


class Metadata:
    """Runs of metadata, day by day, with the other services' part played by the test."""

    def __init__(self, pool: asyncpg.Pool, settings: Settings) -> None:
        self.pool = pool
        self.settings = settings

    def run(self, days: int = 0) -> RunRequested:
        """The run so many days after the first."""
        day = DAY + timedelta(days=days)
        return RunRequested(
            run_id=f"metadata-{day}-1",
            kind=RunKind.METADATA,
            day=day,
            requested_at=NOW + timedelta(days=days),
            deadline=datetime.now(UTC) + timedelta(hours=1),
        )

    async def plan(
        self, run: RunRequested, serials: dict[str, int], settings: Settings | None = None
    ) -> list[MetadataWork]:
        """Open a run, give it its list of names in two parts, and read the work it planned."""
        used = settings or self.settings
        await handlers.open_run(run, self.pool, used)
        entries = [IndexEntry(name=name, serial=serial) for name, serial in serials.items()]
        for part in range(2):
            listed = IndexObserved(
                run_id=run.run_id, part=part, parts=2, day=run.day, entries=entries[part::2]
            )
            await handlers.take_index(listed, self.pool, used)
        return await self.planned(run)

    async def opened(self, days: int, serials: dict[str, int]) -> RunRequested:
        """The run so many days after the first, its work planned."""
        run = self.run(days)
        await self.plan(run, serials)
        return run

    async def planned(self, run: RunRequested) -> list[MetadataWork]:
        """The work of a run, as it waits to be sent."""
        rows = await self.pool.fetch(
            "select body from outbox where subject = 'work.metadata' and msg_id like $1"
            " order by id",
            f"{run.run_id}:%",
        )
        return [msgspec.json.decode(row["body"], type=MetadataWork) for row in rows]

    async def answer(
        self,
        run: RunRequested,
        packages: Sequence[PackageObservation] = (),
        repositories: Sequence[RepositoryObservation] = (),
        *,
        repositories_first: bool = False,
    ) -> None:
        """Bring the answers to a run's one piece of work."""
        steps = [
            handlers.take_packages(
                PackagesObserved(run_id=run.run_id, seq=0, packages=list(packages)), self.pool
            ),
            handlers.take_repositories(
                RepositoriesObserved(run_id=run.run_id, seq=0, repositories=list(repositories)),
                self.pool,
            ),
        ]
        for step in reversed(steps) if repositories_first else steps:
            await step

    async def finish(self) -> None:
        """Finish what has all its batches, up to the read model."""
        await finish_applied(self.pool, self.settings)

    async def first(self) -> None:
        """A first night that knows one package with one repository."""
        run = self.run()
        await self.plan(run, {"alpha": 1})
        found = self.repository("alpha", "o/alpha", 7)
        await self.answer(run, [self.package("alpha", "o/alpha")], [found])
        await self.finish()

    @staticmethod
    def package(
        name: str, repository: str | None = None, alike: str | None = None, **facts: Any
    ) -> PackageObservation:
        """A look at a package that found everything."""
        choice = RepositoryChoice(
            full_name=repository or "", confidence=0.9, reason="a link", resemblance=alike
        )
        return PackageObservation(
            name=name,
            outcome=Outcome.OK,
            observed_at=NOW,
            serial=1,
            etag='"a"',
            facts=PackageFacts(display_name=name.title(), version="1.0", **facts),
            repository=choice if repository else None,
        )

    @staticmethod
    def repository(package: str, asked: str, number: int, **facts: Any) -> RepositoryObservation:
        """A look at a package's repository that found it."""
        return RepositoryObservation(
            package=package,
            asked=asked,
            outcome=Outcome.OK,
            observed_at=facts.pop("at", NOW),
            etag='W/"b"',
            facts=RepositoryFacts(**({"id": number, "full_name": asked, "stars": 5} | facts)),
        )

    @staticmethod
    def lost(package: str, asked: str, outcome: Outcome) -> RepositoryObservation:
        """A look at a package's repository that brought nothing."""
        return RepositoryObservation(
            package=package,
            asked=asked,
            outcome=outcome,
            observed_at=NOW,
            reason="as GitHub says",
        )

    async def shown(self, name: str) -> asyncpg.Record:
        """What readers see of a package."""
        return await self.pool.fetchrow("select * from package_list where name = $1", name)

    async def status(self, run: RunRequested) -> str:
        """How a run stands."""
        return str(
            await self.pool.fetchval("select status from runs where run_id = $1", run.run_id)
        )


@pytest.fixture
def metadata(pool: asyncpg.Pool, settings: Settings) -> Metadata:
    return Metadata(pool, settings)
