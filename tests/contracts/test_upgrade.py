"""A newer build goes on from an older state; an older build leaves a newer state alone.

The older build is the state of this repository at the last tag, or, where none is, before its
newest migration: its own migrations, and its own bootstrap of the bus.
"""

import asyncio
import io
import os
import subprocess
import sys
import tarfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import psycopg
import pytest

from devstack.background import in_background
from devstack.codegen.schema import SCHEMA, dumped
from devstack.servers.database import MIGRATIONS, WRITER
from devstack.servers.single_nats import PASSWORD, bus_client, make_streams, running_nats
from devstack.settings import CHECKOUT
from devstack.stack import Stack, stack_in
from events.topology import BOOTSTRAP, DURABLES, STREAMS
from servicekit.bootstrap import consumer_config, stream_config

REFUSED = 78


def git(*words: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["git", "-C", CHECKOUT, *words], capture_output=True, check=False)


def previous() -> str:
    """Name the older build's commit; skips where the history is not here."""
    tagged = git("describe", "--tags", "--abbrev=0", "HEAD^")
    if tagged.returncode == 0:
        return tagged.stdout.decode().strip()
    newest = max(MIGRATIONS.glob("*.sql"))
    added = git("log", "-1", "--diff-filter=A", "--format=%H", "--", newest).stdout.decode().strip()
    before = f"{added}^"
    if not added or git("cat-file", "-e", before).returncode:
        pytest.skip("the history of this checkout does not reach back before its newest migration")
    return before


@pytest.fixture(scope="module")
def older(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The older build's sources."""
    folder = tmp_path_factory.mktemp("older")
    made = git("archive", previous(), "db", "libs", "services/scorer")
    with tarfile.open(fileobj=io.BytesIO(made.stdout)) as archive:
        archive.extractall(folder, filter="data")
    return folder


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with in_background(stack_in(tmp_path_factory.mktemp("stack"), services=())) as running:
        yield running


def as_the_older(
    folder: Path, module: str, environment: Mapping[str, str]
) -> "subprocess.CompletedProcess[str]":
    """Run a module of the older build to its end."""
    sources = [*folder.glob("libs/*/src"), *folder.glob("services/*/src")]
    return subprocess.run(
        [sys.executable, "-m", module],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, sources)), **environment},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def emptied(stack: Stack) -> str:
    """Return the address of the stack's database, emptied of everything."""
    url = stack.database.url(WRITER)
    with psycopg.connect(url, autocommit=True) as database:
        database.execute("drop owned by current_user cascade")
    return url


def test_the_database_of_the_older_build_is_brought_forward_with_what_it_holds(
    stack: Stack, older: Path
) -> None:
    url = emptied(stack)
    made = as_the_older(older, "scorer.migrate", {"DATABASE_URL": url})
    assert made.returncode == 0, made.stderr
    with psycopg.connect(url, autocommit=True) as database:
        database.execute("insert into packages (name, display_name) values ('kept', 'Kept')")
    done = subprocess.run(
        [sys.executable, "-m", "scorer.migrate"],
        env={**os.environ, "DATABASE_URL": url},
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    with psycopg.connect(url) as database:
        assert database.execute("select display_name from packages").fetchall() == [("Kept",)]
        database.execute("delete from packages")
    assert dumped(stack) == SCHEMA.read_text()


def test_the_streams_of_the_older_build_are_brought_forward_with_their_messages(
    older: Path, tmp_path: Path
) -> None:
    with running_nats(tmp_path) as url:
        environment = {"NATS_URL": url, "NATS_PASSWORD": PASSWORD}
        made = as_the_older(older, "servicekit.bootstrap", environment)
        assert made.returncode == 0, made.stderr
        asyncio.run(make_streams(url))
        asyncio.run(as_defined(url))


async def as_defined(url: str) -> None:
    """Hold every stream and consumer against its definition."""
    async with bus_client(BOOTSTRAP, url) as client:
        bus = client.jetstream()
        for stream in STREAMS:
            config = (await bus.stream_info(stream.name)).config
            assert config.max_age == stream_config(stream, 1).max_age
            assert config.subjects == list(stream.subjects)
        for durable in DURABLES:
            found = (await bus.consumer_info(durable.stream, durable.name)).config
            assert found.max_deliver == consumer_config(durable).max_deliver
            assert found.ack_wait == durable.ack_wait


def test_the_older_build_refuses_a_newer_database_in_one_sentence_and_changes_nothing(
    stack: Stack, tmp_path: Path
) -> None:
    """As from the next release on: the builds before this one do not look."""
    emptied(stack)
    url = stack.database.url(WRITER)
    folder = tmp_path / "migrations"
    folder.mkdir()
    *known, newest = sorted(MIGRATIONS.glob("*.sql"))
    for file in known:
        (folder / file.name).write_text(file.read_text())
    (tmp_path / "roles.sql").write_text((MIGRATIONS.parent / "roles.sql").read_text())
    ours, theirs = {"MIGRATIONS_DIR": str(MIGRATIONS)}, {"MIGRATIONS_DIR": str(folder)}
    command = [sys.executable, "-m", "scorer.migrate"]
    variables = {**os.environ, "DATABASE_URL": url}
    subprocess.run(command, env={**variables, **ours}, cwd=CHECKOUT, check=True)
    before = dumped(stack)
    refused = subprocess.run(
        command,
        env={**variables, **theirs},
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert refused.returncode == REFUSED
    assert refused.stderr.splitlines() == [
        f"the database is of a newer build, with migration {newest.stem}: "
        "start that build, or restore a backup made before"
    ]
    assert dumped(stack) == before
