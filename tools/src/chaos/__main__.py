"""`python -m chaos`: play the scenarios, say how each went, and write the table."""

import asyncio
import shutil
import signal
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from chaos import report
from chaos.play import play
from chaos.scenario import Outcome, Result, Scenario
from chaos.scenarios import SCENARIOS, chosen
from chaos.stage import built, settings_in_force

cli = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
console = Console(highlight=False, soft_wrap=True)


@cli.command()
def main(
    only: Annotated[
        str, typer.Option(help="Names or beginnings of names, parted by commas; all without.")
    ] = "",
    docs: Annotated[Path | None, typer.Option(help="Write the page with the table here.")] = None,
    listing: Annotated[bool, typer.Option("--list", help="Name the scenarios and end.")] = False,
) -> None:
    """Trouble a night in every way and compare it with a quiet one; 1 where one has failed."""
    if listing:
        for each in SCENARIOS:
            console.print(f"{each.name:<26} {each.says}")
        return
    try:
        scenarios = chosen([name for name in only.replace(",", " ").split() if name])
    except KeyError as error:
        sys.stderr.write(f"error: no scenario is named {error.args[0]} (--list names all)\n")
        raise typer.Exit(2) from None
    try:
        results = asyncio.run(_play(scenarios, docs))
    except (asyncio.CancelledError, KeyboardInterrupt):
        sys.stderr.write("interrupted; everything that was started is stopped\n")
        raise typer.Exit(130) from None
    raise typer.Exit(any(each.outcome is Outcome.FAILED for each in results))


async def _play(scenarios: list[Scenario], docs: Path | None) -> list[Result]:
    _end_with_everything_stopped()
    folder = Path(tempfile.mkdtemp(prefix="chaos-"))
    results: list[Result] = []
    with settings_in_force():
        console.print("making the data set, the night before and the quiet night")
        stage = await built(folder)
        for number, scenario in enumerate(scenarios, 1):
            if console.is_terminal:
                console.print(f"[dim]{number}/{len(scenarios)} {scenario.says}[/dim]")
            results.append(await play(scenario, stage))
            console.print(report.line(results[-1]))
            if docs is not None:
                report.write(docs, results[-1:], stage, datetime.now(UTC).date())
    console.print()
    report.show(results, console)
    if all(each.outcome is not Outcome.FAILED for each in results):
        shutil.rmtree(folder)  # else its logs are named above
    return results


def _end_with_everything_stopped() -> None:
    """Told to end, stop what was started first."""
    task = asyncio.current_task()
    if task is not None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)


if __name__ == "__main__":
    cli()
