"""The api can read, and nothing else."""

from typing import Any

import asyncpg
import pytest

FORBIDDEN = [
    "insert into packages (name) values ('x')",
    "update publication set generation = 1",
    "delete from findings",
    "truncate runs",
    "create table mine (x int)",
    "create temporary table mine (x int)",
    "create schema mine",
    "drop materialized view package_list",
    "refresh materialized view package_list",
    "copy packages to program 'id'",
    "copy packages to '/tmp/out'",
    "select pg_read_file('/etc/passwd')",
    "alter role reader superuser",
    "begin; lock table packages in exclusive mode",
]


@pytest.mark.parametrize("statement", FORBIDDEN)
async def test_nothing_can_be_changed_even_with_read_only_turned_off(
    postgres: Any, world: str, statement: str
) -> None:
    connection = await asyncpg.connect(postgres.url("reader", world))
    try:
        await connection.execute("set default_transaction_read_only = off")
        with pytest.raises(
            (asyncpg.InsufficientPrivilegeError, asyncpg.ReadOnlySQLTransactionError)
        ):
            await connection.execute(statement)
    finally:
        await connection.close()


async def test_connections_of_the_api_are_read_only_and_bounded_in_time(
    world: str, settings_for: Any
) -> None:
    from api.database import Database

    database = Database(settings_for(world, statement_timeout=0.5))
    await database.open()
    try:

        async def shown(connection: Any, _: Any) -> dict[str, str]:
            names = ("transaction_read_only", "statement_timeout", "timezone")
            return {name: await connection.fetchval(f"show {name}") for name in names}

        _, settings = await database.read(shown)
        assert settings == {
            "transaction_read_only": "on",
            "statement_timeout": "500ms",
            "timezone": "UTC",
        }
    finally:
        await database.close()
