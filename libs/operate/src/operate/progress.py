"""Bars of runs on a terminal; plain lines elsewhere."""

from collections.abc import Callable

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)

from operate.runs import Standing, sentence

Say = Callable[[str], None]


class RunBars:
    """The bars of the runs that are watched."""

    def __init__(self, console: Console, done: Say, warn: Say) -> None:
        self.progress = Progress(
            TextColumn("  {task.description:<26}"),
            BarColumn(bar_width=30),
            MofNCompleteColumn(),
            TextColumn("batches"),
            TimeElapsedColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._done, self._warn = done, warn
        self._tasks: dict[str, TaskID] = {}

    def show(self, standing: Standing) -> None:
        """Move a run's bar; the batches are unknown until somebody counted them."""
        if standing.run_id not in self._tasks:
            about = f"{standing.kind} of {standing.day}"
            self._tasks[standing.run_id] = self.progress.add_task(about, total=None)
        self.progress.update(
            self._tasks[standing.run_id], completed=standing.applied, total=standing.expected
        )

    def forget(self, run_id: str) -> None:
        """Take a run's bar away."""
        if run_id in self._tasks:
            self.progress.remove_task(self._tasks.pop(run_id))

    def ended(self, standing: Standing) -> None:
        """Replace the bar by a line on how the run ended."""
        self.forget(standing.run_id)
        say = self._done if standing.status == "complete" else self._warn
        say(sentence(standing))
