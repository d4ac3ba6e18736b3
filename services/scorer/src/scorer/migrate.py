"""Bring the database up to the newest migration; run by a job before the services start.

The migrations' library keeps a lock row that a killed process leaves behind; an advisory lock of
the session goes with the process, so that is what keeps two jobs apart here.
"""

import contextlib
import os
from pathlib import Path

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

log = structlog.get_logger(__name__)


class MigrationSettings(Settings):
    """Settings of the migration job."""

    migrations_dir: Path = Field(
        Path("db/migrations"), description="Folder of the numbered migrations."
    )
    reader_role: str = Field("api", description="Role that is to read everything, and only that.")


def migrate(settings: MigrationSettings) -> int:
    """Apply what is missing, then the reader's rights; gives how many migrations were applied."""
    url = settings.database_url.get_secret_value()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("select pg_advisory_lock(%s)", [MIGRATION_LOCK])
        applied = _apply(url, settings.migrations_dir)
        _grant(connection, settings)
    return applied


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
    log.info("database ready", applied=migrate(settings))


if __name__ == "__main__":
    main()
