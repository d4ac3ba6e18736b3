"""The commands of the schedules: keep asking, show, check."""

import asyncio
import logging
from datetime import UTC, datetime, timedelta

import typer
from rich.console import Console
from rich.table import Table

from operate.bus import Bus
from operate.failure import OperatorError
from operate.runs import Runs
from operate.scheduler import Scheduler, ScheduleStatus, schedule_statuses
from operate.settings import Settings
from schedules import DAYS_BROUGHT

schedule_commands = typer.Typer(
    no_args_is_help=True, help="Schedules: ask when they are due, show, check."
)
console = Console(highlight=False)


@schedule_commands.command("run")
def run_schedules() -> None:
    """Ask for runs when their schedules are due, until told to stop."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    settings = Settings()
    scheduler = Scheduler(
        runs_of(settings),
        timedelta(hours=settings.run_deadline_hours),
        DAYS_BROUGHT[settings.source],
    )
    asyncio.run(scheduler.keep_asking())


@schedule_commands.command("show")
def show_schedules() -> None:
    """Show each schedule with its last run and its next moment."""
    console.print(schedule_table(_statuses()))


@schedule_commands.command("check")
def check_schedules() -> None:
    """End with 1 while something that was due over an hour ago was not asked for."""
    late = [each.kind for each in _statuses() if each.overdue]
    if late:
        raise OperatorError(f"not asked for though due: {', '.join(late)}")


def schedule_table(rows: list[ScheduleStatus]) -> Table:
    """Return the schedules as a table."""
    table = Table("schedule", "rule", "last run", "next", box=None)
    for row in rows:
        last = f"{row.last or 'never'}{', overdue' if row.overdue else ''}"
        table.add_row(row.kind, row.rule, last, f"{row.next:%F %H:%M} UTC")
    return table


def runs_of(settings: Settings) -> Runs:
    """Return the runs of the installation that the settings name."""
    bus = Bus(settings.nats_url, settings.nats_password.get_secret_value())
    return Runs(settings.database_url.get_secret_value(), bus)


def _statuses() -> list[ScheduleStatus]:
    return asyncio.run(schedule_statuses(runs_of(Settings()), datetime.now(UTC)))
