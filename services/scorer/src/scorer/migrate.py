"""Bring the database up to the newest migration; run by a job before the services start.

The migrations' library keeps a lock row that a killed process leaves behind; an advisory lock of
the session goes with the process, so that is what keeps two jobs apart here.
"""

import contextlib
import os
import sys
from pathlib import Path
from typing import Any

import psycopg
import structlog
from psycopg import sql
from pydantic import Field
from yoyo import get_backend, read_migrations

from scorer.settings import Settings
from servicekit.logging import configure_logging

MIGRATION_LOCK = 7_402
"""Number of the database's advisory lock that one migration holds."""

LOCK_TIMEOUT = "4s"
"""How long a migration waits for readers before it gives up and can be run again."""

UNUSABLE = 78
"""Exit status where starting again would not help (EX_CONFIG of sysexits.h)."""

log = structlog.get_logger(__name__)


class NewerDatabaseError(Exception):
    """The database is of a newer build, whose migrations this one does not know."""


class MigrationSettings(Settings):
    """Settings of the migration job."""

    migrations_dir: Path = Field(
        Path("db/migrations"), description="Folder of the numbered migrations."
    )
    reader_role: str = Field("api", description="Role that is to read everything, and only that.")


def migrate(settings: MigrationSettings) -> int:
    """Apply what is missing, then the reader's rights; gives how many migrations were applied.

    NewerDatabaseError, before anything is changed, where the database is of a newer build.
    """
    url = settings.database_url.get_secret_value()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("select pg_advisory_lock(%s)", [MIGRATION_LOCK])
        refuse_newer(connection, settings.migrations_dir)
        applied = _apply(url, settings.migrations_dir)
        _grant(connection, settings)
    return applied


def refuse_newer(connection: psycopg.Connection[Any], folder: Path) -> None:
    """Raise NewerDatabaseError where a migration was applied that the folder does not hold."""
    table = connection.execute("select to_regclass('_yoyo_migration')").fetchone()
    if table is None or table[0] is None:
        return
    applied = connection.execute("select migration_id from _yoyo_migration")
    known = {file.stem for file in folder.glob("*.sql")}
    unknown = sorted(each for (each,) in applied if each not in known)
    if unknown:
        raise NewerDatabaseError(
            f"the database is of a newer build, with migration {unknown[-1]}: "
            "start that build, or restore a backup made before"
        )


def _apply(url: str, folder: Path) -> int:
    os.environ.setdefault("PGOPTIONS", f"-c lock_timeout={LOCK_TIMEOUT}")
    backend = get_backend(url.replace("postgresql://", "postgresql+psycopg://", 1))
    with contextlib.closing(backend.connection):
        missing = backend.to_apply(read_migrations(str(folder)))
        backend.apply_migrations(missing)
    return len(missing)


def _grant(connection: psycopg.Connection[tuple[object, ...]], settings: MigrationSettings) -> None:
    """Run roles.sql, whose two names are written as psql variables."""
    text = (settings.migrations_dir.parent / "roles.sql").read_text()
    names = {':"database"': connection.info.dbname, ':"reader"': settings.reader_role}
    for variable, name in names.items():
        text = text.replace(variable, sql.Identifier(name).as_string(connection))
    connection.execute(text.encode())


def main() -> None:
    """Migrate with settings from the environment."""
    settings = MigrationSettings()
    configure_logging("migrate", settings)
    try:
        applied = migrate(settings)
    except NewerDatabaseError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(UNUSABLE)
    log.info("database ready", applied=applied)


if __name__ == "__main__":
    main()
