"""A real PostgreSQL with the product's own schema and roles, emptied before each test."""

import uuid
from collections.abc import AsyncIterator, Iterator

import asyncpg
import pytest

from local_stack.background import in_background
from local_stack.database import WRITER
from local_stack.stack import Stack, stack_in
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
    return Settings(chunk_packages=2)
