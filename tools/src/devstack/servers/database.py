"""The database, its two roles, and its tables."""

import asyncio
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

import asyncpg

from devstack.failure import StackError
from devstack.servers.postgres import binary
from devstack.settings import CHECKOUT

NAME = "pypi_stats"
WRITER, READER = "scorer", "api"
MIGRATIONS = CHECKOUT / "db" / "migrations"
CREATE_ROLES = CHECKOUT / "db" / "create_roles.sql"


@dataclass(frozen=True)
class Database:
    """Where the database is, and the passwords of its roles."""

    administrator_url: str
    passwords: Mapping[str, str]
    """Of the writing and the reading role."""

    def url(self, role: str) -> str:
        """Return the address for one of the two roles."""
        return with_login(self.bare_url, role, self.passwords[role])

    @property
    def bare_url(self) -> str:
        """The address of the database without a login."""
        parts = urlsplit(self.administrator_url)
        place = parts.netloc.rpartition("@")[2]
        return urlunsplit(("postgresql", place, f"/{NAME}", parts.query, ""))

    async def refuse_newer(self) -> None:
        """Raise StackError, before anything is changed, where a newer build has stored this."""
        try:
            connection = await asyncpg.connect(self.url(WRITER), timeout=10)
        except (asyncpg.InvalidCatalogNameError, asyncpg.InvalidAuthorizationSpecificationError):
            return  # there is no database yet, or no role
        try:
            if await connection.fetchval("select to_regclass('_yoyo_migration')") is None:
                return
            rows = await connection.fetch("select migration_id from _yoyo_migration")
        finally:
            await connection.close()
        known = {file.stem for file in MIGRATIONS.glob("*.sql")}
        unknown = sorted({row["migration_id"] for row in rows} - known)
        if unknown:
            raise StackError(
                f"what is stored is of a newer build, with migration {unknown[-1]}: "
                "start that build, or restore a backup made before; nothing was changed"
            )

    async def prepare(self, environment: Mapping[str, str], log_file: Path) -> None:
        """Make the roles, the database and the newest tables; changes nothing a second time."""
        passwords = {
            "SCORER_PASSWORD": self.passwords[WRITER],
            "API_PASSWORD": self.passwords[READER],
        }
        psql = [str(binary("psql")), "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1"]
        roles = [*psql, f"--file={CREATE_ROLES}", self.administrator_url]
        await finish("the database's roles", roles, {**environment, **passwords}, log_file)
        migrate = [sys.executable, "-m", "scorer.migrate"]
        writing = {**environment, "DATABASE_URL": self.url(WRITER)}
        await finish("the migrations", migrate, writing, log_file)


def with_login(url: str, user: str, password: str) -> str:
    """Return the address with that user and password."""
    parts = urlsplit(url)
    place = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{quote(user)}:{quote(password)}@{place}"))


async def finish(what: str, command: list[str], environment: Mapping[str, str], log: Path) -> None:
    """Run a command to its end; StackError with its last words when it fails."""
    with log.open("ab") as output:
        process = await asyncio.create_subprocess_exec(
            *command,
            cwd=CHECKOUT,
            env=environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            _, error = await process.communicate()
        finally:
            if process.returncode is None:  # nobody waits for it any more
                process.kill()
                await process.wait()
        output.write(error)
    if process.returncode:
        words = error.decode(errors="replace").strip().splitlines()
        raise StackError(f"{what} failed: {words[-1][-300:] if words else ''} (see {log})")
