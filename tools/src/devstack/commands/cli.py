"""The commands: `python -m devstack up|down|status|logs|collect`."""

import asyncio
import os
import signal
import sys
from datetime import UTC, datetime
from typing import Annotated

import stamina.instrumentation
import typer
from pydantic import ValidationError
from rich.table import Table

from devstack.commands import daemon
from devstack.commands import up as bringing_up
from devstack.commands.source_watch import failing_sentence, source_states
from devstack.commands.terminal import Terminal
from devstack.commands.traffic import traffic
from devstack.failure import StackError
from devstack.layout import layout_of
from devstack.processes.programs import SCHEDULER, Sources, download_sources
from devstack.servers.embedded import bus_secret
from devstack.settings import StackSettings
from devstack.state import StackState
from events.runs import RunKind
from events.topology import BOOTSTRAP, MAX_PAYLOAD
from operate.cli import commands as operator_commands
from operate.failure import OperatorError
from operate.runs import exit_status
from operate.schedule_cli import schedule_table
from operate.scheduler import schedule_statuses

commands = typer.Typer(
    no_args_is_help=True, add_completion=False, help="PyPI Stats on one machine, no containers."
)


@commands.command()
def up() -> None:
    """Start everything, collect the newest day, and return when the site is warm."""
    # Told to end, it stops the rest too; as from a keyboard, which asyncio ends in good order.
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
    bringing_up.up(_settings(), Terminal())


@commands.command()
def down() -> None:
    """Stop everything; nothing that was stored is lost."""
    terminal = Terminal()
    with terminal.working("stopping"):
        stopped = daemon.stop(_settings())
    terminal.done("stopped" if stopped else "nothing was running")


@commands.command()
def collect(
    kind: Annotated[RunKind, typer.Argument(help="What to collect.")],
    day: Annotated[datetime, typer.Argument(formats=["%Y-%m-%d"], help="For which day.")],
) -> None:
    """Collect one kind for one day; exit status 0 complete, 3 partial, 4 held at a gate."""
    settings = _settings()
    runs = bringing_up.runs_of(_require_up(settings), layout_of(settings))
    ended = asyncio.run(bringing_up.collect(runs, kind, day.date(), settings, Terminal()))
    raise typer.Exit(exit_status(ended))


@commands.command()
def status() -> None:
    """Show every process and how often it had to be started again."""
    state = daemon.running_state(_settings())
    if state is None:
        raise StackError("PyPI Stats does not run")
    table = Table("process", "state", "deaths", "pid", box=None)
    for name, child in state.children.items():
        pid = str(child.identity.pid) if child.identity else ""
        table.add_row(name, child.state, str(child.deaths), pid)
    terminal = Terminal()
    terminal.console.print(f"{state.address}   {state.dataset or 'the real sources'}\n")
    terminal.console.print(table)
    _show_schedules(state, terminal)
    for service, sources in asyncio.run(source_states(state.probes)).items():
        for source in sources:
            if source.failing:
                terminal.warn(failing_sentence(service, source))


def _show_schedules(state: StackState, terminal: Terminal) -> None:
    if SCHEDULER not in state.children:
        why = "these are sample data" if state.dataset else "SCHEDULES=off"
        terminal.console.print(f"\nNo schedules: {why}; `make collect` asks for a run.")
        return
    runs = bringing_up.runs_of(state, layout_of(_settings()))
    terminal.console.print()
    terminal.console.print(schedule_table(asyncio.run(schedule_statuses(runs, datetime.now(UTC)))))


@commands.command()
def logs(
    name: Annotated[str, typer.Argument(help="One process; all of them without.")] = "",
    follow: Annotated[bool, typer.Option(help="Go on with what is written later.")] = True,
) -> None:
    """Show what the processes write."""
    folder = layout_of(_settings()).log
    files = sorted(str(file) for file in folder.glob(f"{name or '*'}.log"))
    if not files:
        raise StackError(f"there is no log {name} in {folder}")
    os.execvp("tail", ["tail", "-n", "40", *(["-F"] if follow else []), *files])  # noqa: S606


@commands.command(
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
    add_help_option=False,
)
def operate(context: typer.Context) -> None:
    """Give an operator's command to the running stack: runs, letters, backfill."""
    settings = _settings()
    state = _require_up(settings)
    runs = bringing_up.runs_of(state, layout_of(settings))
    os.environ |= {
        "NATS_URL": runs.bus.url,
        "NATS_PASSWORD": runs.bus.password,
        "DATABASE_URL": runs.database_url,
    }
    operator_commands(context.args, prog_name="operate")


@commands.command()
def crosscheck(
    day: Annotated[datetime, typer.Argument(formats=["%Y-%m-%d"], help="The day to compare.")],
) -> None:
    """Compare ClickHouse and BigQuery; exit status 0 they agree, 3 they differ, 4 unreadable."""
    settings = _settings()
    if settings.sources == "simulated":
        os.environ |= download_sources(Sources(**_require_up(settings).sources))
    program = ["-m", "ingest_downloads.crosscheck", "--day", f"{day:%Y-%m-%d}"]
    os.execv(sys.executable, [sys.executable, *program])  # noqa: S606


@commands.command()
def messages() -> None:
    """Count what each run sent over the bus, and what had to be delivered again."""
    settings = _settings()
    state, layout = _require_up(settings), layout_of(settings)
    found = asyncio.run(traffic(state.nats_url, layout.password(bus_secret(BOOTSTRAP))))
    table = Table("run", "subject", "messages", "bytes", "largest", box=None)
    for (run_id, subject), count in sorted(found.by_run.items()):
        numbers = (count.messages, count.bytes, count.largest)
        table.add_row(run_id, subject, *(f"{number:,}" for number in numbers))
    again = {name: count for name, count in found.delivered_again.items() if count}
    console = Terminal().console
    console.print(table)
    console.print(f"\nlargest {found.largest:,} bytes of {MAX_PAYLOAD:,} allowed")
    console.print(f"delivered again: {sum(again.values()):,}", *map(str, again.items()))


@commands.command(hidden=True)
def supervise() -> None:
    """Keep the stack running until told to stop: what `up` leaves in the background."""
    raise typer.Exit(daemon.supervise(_settings()))


def main() -> int:
    """Run a command; what a person must know is one sentence on standard error."""
    stamina.instrumentation.set_on_retry_hooks([])  # the last failure is what is told
    try:
        commands(standalone_mode=True)
    except OperatorError as error:
        sys.stderr.write(f"error: {error}\n")
        return 1
    except OSError as error:
        sys.stderr.write(f"error: {error.filename or ''} {error.strerror or error}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("interrupted\n")
        return 130
    return 0


def _require_up(settings: StackSettings) -> StackState:
    state = daemon.running_state(settings)
    if state is None or not state.up:
        raise StackError("PyPI Stats does not run; `make up` first")
    return state


def _settings() -> StackSettings:
    try:
        return StackSettings()
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]).upper()
        raise StackError(f"{name}={first['input']}: {first['msg']}") from None
