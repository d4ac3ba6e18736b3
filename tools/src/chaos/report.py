"""What is told of scenarios: a line when each ends, a table in the end, a page in docs."""

import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from chaos.scenario import Outcome, Result
from chaos.scenarios import SCENARIOS
from chaos.stage import Stage

COLOURS = {Outcome.PASSED: "green", Outcome.FAILED: "red", Outcome.SKIPPED: "yellow"}

HEADINGS = (
    "scenario",
    "result",
    "runs",
    "visitors met",
    "p99",
    "letters",
    "again",
    "back after",
    "night",
)

ROW = re.compile(r"\| `([a-z-]+)` \|")
"""Begins a row of the page."""

PAGE = Path(__file__).with_name("page.md")


def line(result: Result) -> str:
    """Return what is told when a scenario ends."""
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
    table = Table(Column(HEADINGS[0], no_wrap=True), *HEADINGS[1:], box=None)
    for result in results:
        table.add_row(result.scenario.name, *_cells(result))
    console.print(table)


def page(before: str, results: Sequence[Result], stage: Stage, day: date) -> str:
    """Return the page for the documentation; the row of what was not played now is kept."""
    rows = {name: row for row in before.splitlines() if (name := _name_in(row))}
    for each in results:
        if each.outcome is not Outcome.SKIPPED or each.scenario.name not in rows:
            rows[each.scenario.name] = _row(each, day)
    known = [rows[each.name] for each in SCENARIOS if each.name in rows]
    return PAGE.read_text().format(
        tables=", ".join(stage.tables), pages=len(stage.seen), rows="\n".join(known)
    )


def write(file: Path, results: Sequence[Result], stage: Stage, day: date) -> None:
    """Write the page, or its rows anew."""
    before = file.read_text() if file.exists() else ""
    file.write_text(page(before, results, stage, day))


def _row(result: Result, day: date) -> str:
    cells = (f"`{result.scenario.name}`", result.scenario.says, *_cells(result), str(day))
    return f"| {' | '.join(cells)} |"


def _name_in(row: str) -> str:
    """Return the scenario that a row of the page is about; nothing where it is no such row."""
    found = ROW.match(row)
    return found[1] if found else ""


def met(result: Result) -> str:
    """Say what visitors met, the most frequent first."""
    return ", ".join(f"{count:,} × {way}" for way, count in result.answers.most_common())


def _cells(result: Result) -> tuple[str, ...]:
    if result.outcome is Outcome.SKIPPED:
        return (f"skipped: {result.problems[0]}", *[""] * 7)
    return (
        result.outcome,
        _ends(result),
        met(result),
        f"{1000 * result.slow:.0f} ms",
        str(result.letters),
        f"{result.again} of {result.scenario.again}",
        f"{result.back:.1f} s",
        f"{result.seconds:.0f} s",
    )


def _ends(result: Result) -> str:
    others = [f"{kind} {status}" for kind, status in result.ends.items() if status != "complete"]
    return ", ".join(others) or "complete"
