"""One rule for shared repositories: the tables judge a night as an evaluation judges a file."""

import random
from collections.abc import Iterator

import asyncpg
import pytest

from devstack.background import in_background
from devstack.servers.database import WRITER
from devstack.stack import Stack, stack_in
from evaluation.repository_sharing import judged_together
from events import FAMILY, FOREIGN_FACTOR, RepositoryChoice
from ingest_github.repositories.resemblance import Resemblance
from scorer import queries

INSERT = """
insert into packages (name, repository_name, repository_confidence, repository_told,
    repository_reason, repository_told_reason, repository_resemblance)
values ($1, $2, $3, $3, 'a link', 'a link', $4)
"""


@pytest.fixture
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with in_background(stack_in(tmp_path_factory.mktemp("sharing"), services=())) as running:
        yield running


def drawn() -> dict[str, RepositoryChoice]:
    """Packages in houses of one to seven, of every resemblance."""
    chance = random.Random(4)
    spellings = [f"{owner}/House-{number}" for number in range(80) for owner in ("o", "O")]
    return {
        f"package-{number}": RepositoryChoice(
            full_name=chance.choice(spellings),
            confidence=chance.choice([0.25, 0.5, 0.75, 1.0]),
            reason="a link",
            resemblance=chance.choice(list(Resemblance)),
        )
        for number in range(240)
    }


async def test_both_judge_the_same(stack: Stack) -> None:
    choices = drawn()
    connection = await asyncpg.connect(stack.database.url(WRITER))
    await connection.executemany(
        INSERT, [(n, c.full_name, c.confidence, c.resemblance) for n, c in choices.items()]
    )
    await queries.packages.judge_sharing(connection, family=FAMILY, foreign_factor=FOREIGN_FACTOR)
    rows = await connection.fetch(
        "select name, repository_confidence, repository_reason from packages"
    )
    await connection.close()
    judged = judged_together(list(choices), list(choices.values()))
    expected = {n: (c.confidence, c.reason) for n, c in zip(choices, judged, strict=True) if c}
    assert {row["name"]: tuple(row)[1:] for row in rows} == expected
    reasons = {reason.split("; ")[-1].split(" by ")[0] for _, reason in expected.values()}
    assert reasons == {
        "a link",
        "shared",
        "it bears the name of another package that links to it",
    }
