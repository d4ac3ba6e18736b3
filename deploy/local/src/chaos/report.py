"""What is told of scenarios: a line when each ends, a table in the end, a page in docs."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from chaos.scenario import Outcome, Result
from chaos.stage import Stage

COLOURS = {Outcome.PASSED: "green", Outcome.FAILED: "red", Outcome.SKIPPED: "yellow"}

HEADINGS = ("scenario", "result", "runs", "visitors met", "p99", "letters", "back after", "night")

PAGE = Path(__file__).with_name("page.md")


def line(result: Result) -> str:
    """Give what is told when a scenario ends."""
    colour = COLOURS[result.outcome]
    head = f"[{colour}]{result.outcome:<8}[/{colour}] {result.scenario.name:<26}"
    if result.outcome is Outcome.SKIPPED:
        return f"{head} [dim]{escape(result.problems[0])}[/dim]"
    told = (
        f"{head} [dim]{result.seconds:.0f} s, back after {result.back:.1f} s; {met(result)}[/dim]"
    )
    return "\n".join([told, *(f"         {escape(problem)}" for problem in result.problems)])


def show(results: Sequence[Result], console: Console) -> None:
    """Print the table of all results."""
    table = Table(*HEADINGS, box=None)
    for result in results:
        table.add_row(result.scenario.name, *_cells(result))
    console.print(table)


def page(results: Sequence[Result], stage: Stage, day: date) -> str:
    """Give the page for the documentation."""
    rows = [
        "| " + " | ".join((f"`{each.scenario.name}`", each.scenario.says, *_cells(each))) + " |"
        for each in results
    ]
    return PAGE.read_text().format(
        day=day,
        tables=", ".join(stage.tables),
        pages=len(stage.seen),
        quiet=stage.seconds,
        rows="\n".join(rows),
    )


def write(file: Path, text: str) -> None:
    """Write the page."""
    file.write_text(text)


def met(result: Result) -> str:
    """Say what visitors met, the most frequent first."""
    return ", ".join(f"{count:,} × {way}" for way, count in result.answers.most_common())


def _cells(result: Result) -> tuple[str, ...]:
    if result.outcome is Outcome.SKIPPED:
        return (f"skipped: {result.problems[0]}", *[""] * 6)
    return (
        result.outcome,
        _ends(result),
        met(result),
        f"{1000 * result.slow:.0f} ms",
        str(result.letters),
        f"{result.back:.1f} s",
        f"{result.seconds:.0f} s",
    )


def _ends(result: Result) -> str:
    others = [f"{kind} {status}" for kind, status in result.ends.items() if status != "complete"]
    return ", ".join(others) or "complete"
