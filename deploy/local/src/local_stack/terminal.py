"""What a person sees while the stack comes up: one line a stage, one bar a run."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)

from local_stack.runs import Standing, sentence
from local_stack.state import StackState

STAGES = {
    "servers": "servers",
    "schema": "database, streams",
    "sources": "played sources",
    "services": "services",
}


class Terminal:
    """Writes progress to standard output; plain lines where it is not a terminal."""

    def __init__(self) -> None:
        self.console = Console(highlight=False)
        self._shown: set[str] = set()

    def done(self, what: str, detail: str = "") -> None:
        """Say that something is finished."""
        self.console.print(f"[green]✓[/green] {what:<26} [dim]{detail}[/dim]", soft_wrap=True)

    def warn(self, what: str) -> None:
        """Say that something is not as it should be, though the work goes on."""
        self.console.print(f"[yellow]![/yellow] {what}", soft_wrap=True)

    def stages(self, state: StackState) -> None:
        """Show the stages that were finished since the last look."""
        for stage, seconds in state.finished.items():
            if stage not in self._shown:
                self._shown.add(stage)
                self.done(STAGES.get(stage, stage), f"{seconds:.1f} s")

    @contextmanager
    def working(self, what: str) -> Iterator[None]:
        """Show that something goes on whose length is not known."""
        if not self.console.is_terminal:
            yield
            return
        with self.console.status(what):
            yield

    @contextmanager
    def runs(self) -> Iterator["RunBars"]:
        """Show a bar for each run that is reported within."""
        bars = RunBars(
            Progress(
                TextColumn("  {task.description:<26}"),
                BarColumn(bar_width=30),
                MofNCompleteColumn(),
                TextColumn("batches"),
                TimeElapsedColumn(),
                console=self.console,
                transient=True,
                disable=not self.console.is_terminal,
            ),
            self,
        )
        with bars.progress:
            yield bars


class RunBars:
    """The bars of the runs that are watched."""

    def __init__(self, progress: Progress, terminal: Terminal) -> None:
        self.progress = progress
        self._terminal = terminal
        self._tasks: dict[str, TaskID] = {}

    def show(self, standing: Standing) -> None:
        """Move a run's bar; the batches are unknown until somebody counted them."""
        if standing.run_id not in self._tasks:
            about = f"{standing.kind} of {standing.day}"
            self._tasks[standing.run_id] = self.progress.add_task(about, total=None)
        self.progress.update(
            self._tasks[standing.run_id], completed=standing.applied, total=standing.expected
        )

    def ended(self, standing: Standing) -> None:
        """Replace the bar by a line on how the run ended."""
        if standing.run_id in self._tasks:
            self.progress.remove_task(self._tasks.pop(standing.run_id))
        say = self._terminal.done if standing.status == "complete" else self._terminal.warn
        say(sentence(standing))
