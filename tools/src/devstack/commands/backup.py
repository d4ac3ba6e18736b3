"""Keep what no source gives again, and bring it back, by `make backup` and `make restore`.

PostgreSQL alone is kept, as one file in pg_dump's own format. A restored stack begins with an empty
bus and an empty cache: what waited on the bus belongs to the tables that were.
"""

import asyncio
import shutil
from pathlib import Path
from typing import Annotated

import typer

from devstack.commands import daemon
from devstack.commands.terminal import Terminal
from devstack.failure import StackError
from devstack.layout import layout_of
from devstack.servers.database import WRITER, finish, with_login
from devstack.servers.postgres import binary
from devstack.settings import StackSettings, child_environment
from devstack.stack import Stack
from operate.failure import OperatorError

LOST_WITH_THE_TABLES = ("nats", "valkey")
"""Folders of the servers whose contents belong to the tables that were."""

FORGET = "drop owned by current_user cascade"
"""All that the writing role owns in its database, and nothing of an administrator's."""

cli = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)
File = Annotated[Path, typer.Argument(help="The file, in pg_dump's custom format.")]


@cli.command()
def save(file: File) -> None:
    """Write everything the running stack has stored into a file; nothing stops meanwhile."""
    settings = StackSettings()
    state = daemon.running_state(settings)
    if state is None or not state.up:
        raise StackError("PyPI Stats does not run; `make up` first")
    layout = layout_of(settings)
    password = layout.password(f"database-{WRITER}")
    terminal = Terminal()
    with terminal.working("saving"):
        url = with_login(state.database_url, WRITER, password)
        asyncio.run(dump(url, file.absolute(), layout.log_file("backup")))
    terminal.done("saved", f"{file}, {file.stat().st_size / 1e6:.1f} MB")


@cli.command()
def restore(file: File) -> None:
    """Put a file's contents in the place of whatever the stopped stack has stored."""
    settings = StackSettings()
    if daemon.running_state(settings) is not None:
        raise StackError("PyPI Stats runs; `make down` first")
    if not file.is_file():
        raise StackError(f"there is no file {file}")
    terminal = Terminal()
    with terminal.working("restoring"):
        asyncio.run(bring_back(settings, file.resolve()))
    terminal.done("restored", "`make up` goes on from there")


async def dump(url: str, file: Path, log: Path) -> None:
    """Write the database at an address into a file, whole or not at all."""
    draft = file.with_name(f".{file.name}.new")
    draft.parent.mkdir(parents=True, exist_ok=True)
    command = [str(binary("pg_dump")), "--format=custom", f"--file={draft}", url]
    try:
        await finish("the backup", command, child_environment(), log)
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)


async def bring_back(settings: StackSettings, file: Path) -> None:
    """Restore a file into the stack that the settings choose, and bring it up to today's tables."""
    environment = child_environment()
    stack = Stack(settings, services=(), simulators=False)
    log = stack.layout.log_file("restore")
    listing = [str(binary("pg_restore")), "--list", str(file)]
    await finish(f"reading {file}", listing, environment, log)
    for name in LOST_WITH_THE_TABLES:
        await asyncio.to_thread(shutil.rmtree, stack.layout.stored / name, ignore_errors=True)
    async with stack:
        url = stack.database.url(WRITER)
        forget = [str(binary("psql")), "--no-psqlrc", "--quiet", f"--command={FORGET}", url]
        await finish("emptying the database", forget, environment, log)
        load = [str(binary("pg_restore")), "--no-owner", "--exit-on-error", f"--dbname={url}"]
        await finish("the restore", [*load, str(file)], environment, log)
        await stack.database.prepare(environment, log)


def main() -> int:
    """Run a command; what a person must know is one sentence on standard error."""
    try:
        cli(standalone_mode=True)
    except OperatorError as error:
        typer.echo(f"error: {error}", err=True)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
