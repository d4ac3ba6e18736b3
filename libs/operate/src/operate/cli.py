"""All operator's commands, from one entry point."""

import asyncio
import sys
from datetime import UTC, date, datetime, timedelta
from typing import Annotated

import stamina.instrumentation
import typer
from rich.console import Console
from rich.table import Table

from events import CacheAction, traces
from events.runs import RunAction, RunKind
from operate import backfill as filling
from operate.bus import Bus
from operate.cache import Cache
from operate.days import YESTERDAY, day_named
from operate.failure import OperatorError
from operate.letters import Letters
from operate.progress import RunBars
from operate.runs import Runs, Standing, exit_status, sentence
from operate.schedule_cli import runs_of, schedule_commands
from operate.settings import Settings
from operate.week import week_plan
from weekplan import DEEP_RANK, STATUS_RANK, Load

commands = typer.Typer(no_args_is_help=True, add_completion=False, help="Operate PyPI Stats.")
runs_commands = typer.Typer(no_args_is_help=True, help="Runs: list, show, request, decide.")
letters_commands = typer.Typer(no_args_is_help=True, help="Dead letters: list, show, replay.")
commands.add_typer(runs_commands, name="runs")
cache_commands = typer.Typer(no_args_is_help=True, help="Kept pages: warm, purge.")
commands.add_typer(letters_commands, name="letters")
commands.add_typer(schedule_commands, name="schedule")
commands.add_typer(cache_commands, name="cache")

console = Console(highlight=False)

Most = Annotated[int, typer.Option(help="How many at the most.")]
RunId = Annotated[str, typer.Argument(help="The run, as `runs list` shows it.")]
OrderReason = Annotated[str, typer.Option("--reason", help="Why, for the log.")]
Reason = Annotated[str, typer.Option(help="Why, for the status page.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and do nothing.")]
Day = Annotated[
    str, typer.Argument(metavar="DAY", help="As 2026-06-30, or `yesterday` by UTC, for schedules.")
]
MonthOption = typer.Option(formats=["%Y-%m"], help="As 2024-01.")


@runs_commands.command("list")
def list_runs(most: Most = 20) -> None:
    """Show the runs asked for last."""
    table = Table("run", "status", "batches", "generation", "reason", box=None)
    for run in asyncio.run(_runs().recent(most)):
        batches = f"{run.applied} of {'?' if run.expected is None else run.expected}"
        table.add_row(run.run_id, run.status, batches, str(run.generation or ""), run.reason or "")
    console.print(table)


@runs_commands.command("show")
def show_run(run_id: RunId) -> None:
    """Show one run and what each gate found."""
    standing = asyncio.run(_runs().standing(run_id))
    if standing is None:
        raise OperatorError(f"there is no run {run_id}")
    console.print(sentence(standing))
    console.print(f"  trace {traces.trace_id(run_id)}")
    for gate in asyncio.run(_runs().gates(run_id)):
        verdict = "passed" if gate["passed"] else "failed"
        console.print(f"  {gate['gate']:<12} {verdict}: {gate['reason']}")


@runs_commands.command("request")
def request_run(
    kind: Annotated[RunKind, typer.Argument(help="What to collect.")],
    day: Day,
    dry_run: DryRun = False,
) -> None:
    """Ask for a run and wait for it; exit status 0 complete, 3 partial, 4 held at a gate."""
    wanted = day_named(day, datetime.now(UTC))
    if dry_run:
        console.print(f"would ask for {kind} of {wanted}")
        return
    raise typer.Exit(exit_status(asyncio.run(_request(kind, wanted))))


async def _request(kind: RunKind, day: date) -> Standing:
    settings = Settings()
    runs = _runs()
    run_id = await runs.request(kind, day, timedelta(hours=settings.run_deadline_hours))
    bars = RunBars(console, console.print, console.print)
    with bars.progress:
        ended = await runs.follow(run_id, bars.show, idle_timeout=settings.run_timeout)
        bars.ended(ended)
    return ended


@runs_commands.command("release")
def release_run(run_id: RunId, reason: Reason, dry_run: DryRun = False) -> None:
    """Let a held run pass its gates as it is."""
    _order(run_id, RunAction.RELEASE, reason, dry_run=dry_run)


@runs_commands.command("cancel")
def cancel_run(run_id: RunId, reason: Reason, dry_run: DryRun = False) -> None:
    """End a run that is open or held, without its numbers."""
    _order(run_id, RunAction.CANCEL, reason, dry_run=dry_run)


def _order(run_id: str, action: RunAction, reason: str, *, dry_run: bool) -> None:
    act = _runs().check_order if dry_run else _runs().order
    asyncio.run(act(run_id, action, reason))
    console.print(f"{'would ' if dry_run else ''}{action} {run_id}: {reason}")


@letters_commands.command("list")
def list_letters(
    most: Most = 20,
    replayed: Annotated[bool, typer.Option(help="Also those sent again.")] = False,
) -> None:
    """Show the dead letters kept last."""
    table = Table("letter", "given up by", "subject", "run", "error", "sent again", box=None)
    for letter in asyncio.run(_letters().recent(most, replayed=replayed)):
        again = f"{letter.replayed_at:%Y-%m-%d %H:%M}" if letter.replayed_at else ""
        error = letter.errors[-1][:80]
        table.add_row(
            str(letter.id), letter.service, letter.subject, letter.run_id or "", error, again
        )
    console.print(table)


@letters_commands.command("show")
def show_letter(letter_id: int) -> None:
    """Show a letter with its whole message."""
    letter = asyncio.run(_letters().one(letter_id))
    console.print(f"{letter.subject}, given up by {letter.service} at {letter.died_at:%F %T}")
    for error in letter.errors:
        console.print(f"  {error}")
    console.print(letter.body.decode(errors="replace"), soft_wrap=True)


@letters_commands.command("replay")
def replay_letters(
    letter_ids: Annotated[list[int], typer.Argument(help="Letters, as `letters list` shows them.")],
    dry_run: DryRun = False,
) -> None:
    """Send messages again that were given up."""
    letters = _letters()
    for letter_id in letter_ids:
        letter = asyncio.run(letters.one(letter_id))
        if not dry_run:
            asyncio.run(letters.replay(letter))
        console.print(f"{'would send' if dry_run else 'sent'} {letter.id} to {letter.subject}")


@cache_commands.command("warm")
def warm_cache(reason: OrderReason = "ordered", dry_run: DryRun = False) -> None:
    """Have the popular pages made anew that visitors see."""
    _order_cache(CacheAction.WARM, reason, dry_run=dry_run)


@cache_commands.command("purge")
def purge_cache(reason: OrderReason = "ordered", dry_run: DryRun = False) -> None:
    """Drop every kept page, here, in each api process and at the edge; then warm."""
    _order_cache(CacheAction.PURGE, reason, dry_run=dry_run)


def _order_cache(action: CacheAction, reason: str, *, dry_run: bool) -> None:
    generation = asyncio.run(_runs().published())
    if generation == 0:
        raise OperatorError(f"nothing was published yet: there is no page to {action}")
    if not dry_run:
        asyncio.run(Cache(_bus(Settings())).order(action, reason))
    said = "would ask" if dry_run else "asked"
    console.print(
        f"{said} the cache-warmer to {action} generation {generation}; "
        f"its log tells `cache {action} done` with the pages made"
    )


@commands.command("plan")
def plan_week(
    *,
    packages: Annotated[int, typer.Option(help="Names on PyPI.")] = 886_000,
    repositories: Annotated[int, typer.Option(help="Repositories they name.")] = 400_000,
    tokens: Annotated[int, typer.Option(help="Tokens of GitHub.")] = 1,
    deep: Annotated[int, typer.Option(help="Repositories with deeper facts.")] = DEEP_RANK,
    nightly: Annotated[int, typer.Option(help="Packages whose status is read every night.")] = (
        STATUS_RANK
    ),
    changed: Annotated[float, typer.Option(help="Share of packages that change in a day.")] = 0.02,
    unchanged: Annotated[float, typer.Option(help="Share of repositories answering 304.")] = 0.0,
    latency: Annotated[float, typer.Option(help="Seconds an answer takes.")] = 0.2,
) -> None:
    """Tell what a week of collecting costs: requests, hours, what it waits for."""
    load = Load(packages, repositories, deep, changed, unchanged, latency, nightly)
    console.print(week_plan(load, tokens), soft_wrap=True)


@commands.command()
def backfill(
    first: Annotated[datetime, MonthOption],
    last: Annotated[datetime, MonthOption],
    dry_run: DryRun = False,
) -> None:
    """Fill history month by month, newest first; run again after a kill, it goes on."""
    asyncio.run(_fill(first.date(), filling.month_end(last.date()), dry_run=dry_run))


async def _fill(first: date, last: date, *, dry_run: bool) -> None:
    """Fill the months up to the newest day that there is."""
    settings, runs = Settings(), _runs()
    newest = await runs.data_through() or day_named(YESTERDAY, datetime.now(UTC))
    wanted = list(filling.months(first, min(last, newest)))
    if dry_run:
        console.print("would fill " + ", ".join(str(month) for month in wanted))
        return
    bars = RunBars(console, console.print, console.print)

    def told(month: filling.Month, standing: Standing | None, progress: filling.Progress) -> None:
        if standing is not None:
            bars.forget(standing.run_id)
        _tell(month, standing, progress)

    deadline = timedelta(hours=settings.run_deadline_hours)
    idle_timeout = max(settings.run_timeout, filling.QUOTA_TIMEOUT)
    with bars.progress:
        await filling.backfill(runs, wanted, deadline, idle_timeout, told, seen=bars.show)


def _tell(month: filling.Month, standing: Standing | None, progress: filling.Progress) -> None:
    how = f"{standing.status}, {standing.applied} batches" if standing else "there already"
    left = progress.seconds_left
    rest = f", about {left / 60:.0f} min left" if left is not None else ""
    console.print(f"{month} {how}   {progress.done} of {progress.whole} months{rest}")


def _runs() -> Runs:
    return runs_of(Settings())


def _letters() -> Letters:
    settings = Settings()
    return Letters(settings.database_url.get_secret_value(), _bus(settings))


def _bus(settings: Settings) -> Bus:
    return Bus(settings.nats_url, settings.nats_password.get_secret_value())


def main() -> int:
    """Run a command; what an operator must know is one sentence on standard error."""
    stamina.instrumentation.set_on_retry_hooks([])  # the last failure is what is told
    try:
        commands()
    except OperatorError as error:
        sys.stderr.write(f"error: {error}\n")
        return 1
    return 0
