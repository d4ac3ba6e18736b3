"""The next generation takes its place without waiting for anybody but readers."""

import asyncpg

from scorer import read_model

REBUILT = ["recent_downloads", "scores"]


async def test_autovacuum_keeps_off_what_is_about_to_be_renamed(pool: asyncpg.Pool) -> None:
    for table in REBUILT:
        await read_model.make_aside(pool, table)
    await read_model.build_view(pool, REBUILT)
    await read_model.build_prefixes(pool)
    async with pool.acquire() as connection, connection.transaction():
        await read_model.swap(connection, [*REBUILT, "search_prefixes"])

    rows = await pool.fetch(
        "select relname, reloptions from pg_class where relname = any($1)",
        [*REBUILT, "search_prefixes", "package_list"],
    )
    assert len(rows) == 4
    assert all("autovacuum_enabled=off" in (row["reloptions"] or []) for row in rows)
