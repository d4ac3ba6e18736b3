"""`python -m chaos.weeks`: two weeks undisturbed and two troubled ones, compared."""

import asyncio
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import typer
from rich.console import Console

from chaos.night import differences
from chaos.stage import DAYS, PACKAGES, settings_in_force
from chaos.weeks.plan import DISK, TWO_WEEKS, Plan, Trouble
from chaos.weeks.play import SETTINGS, Weeks, play

cli = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
console = Console(highlight=False, soft_wrap=True)


def possible(plan: Plan) -> Plan:
    """Return the plan without what this machine cannot play, having said so."""
    reason = DISK.impossible()
    if not reason:
        return plan
    console.print(f"left out: {Trouble.FULL_DISK}: {reason}")
    kept = {night: each for night, each in plan.troubles.items() if each is not Trouble.FULL_DISK}
    return Plan(plan.nights, plan.quarantine, kept)


def compared(quiet: Weeks, troubled: Weeks) -> list[str]:
    """Say everything in which the weeks' ends differ."""
    pages = [f"{path} differs" for path in quiet.pages if quiet.pages[path] != troubled.pages[path]]
    return [*differences(quiet.tables, troubled.tables), *pages]


async def both(folder: Path, plan: Plan) -> list[str]:
    """Play the weeks without and with their troubles; gives in what they differ."""
    dataset = folder / "dataset"
    command = [sys.executable, "-m", "sample_data", "--out", str(dataset)]
    command += [f"--packages={PACKAGES}", f"--days={DAYS}"]
    await asyncio.to_thread(subprocess.run, command, check=True, stdout=subprocess.DEVNULL)
    ends = []
    for name, each in (("undisturbed", plan.undisturbed), ("troubled", plan)):
        console.print(f"\n{plan.nights} nights, {name}")
        ends.append(await play(folder / name, dataset, each, console.print))
        console.print(f"{ends[-1].runs} runs in {ends[-1].seconds:.0f} s")
    return compared(*ends)


@cli.command()
def main() -> None:
    """Play two weeks twice and compare what they leave; 1 where it differs."""
    folder = Path(tempfile.mkdtemp(prefix="weeks-"))
    with settings_in_force(**SETTINGS):
        problems = asyncio.run(both(folder, possible(TWO_WEEKS)))
    if problems:
        console.print(f"\nFAILED; logs: {folder}", *problems, sep="\n")
        raise typer.Exit(1)
    shutil.rmtree(folder)
    console.print("\npassed: every table and page is equal")


if __name__ == "__main__":
    cli()
