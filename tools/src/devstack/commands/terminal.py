"""What a person sees while the stack comes up: one line a stage, one bar a run."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape

from devstack.state import StackState
from operate.progress import RunBars

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
        line = f"[green]✓[/green] {escape(what):<26} [dim]{escape(detail)}[/dim]"
        self.console.print(line, soft_wrap=True)

    def warn(self, what: str) -> None:
        """Say that something is not as it should be, though the work goes on."""
        self.console.print(f"[yellow]![/yellow] {escape(what)}", soft_wrap=True)

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
    def runs(self) -> Iterator[RunBars]:
        """Show a bar for each run that is reported within."""
        bars = RunBars(self.console, self.done, self.warn)
        with bars.progress:
            yield bars
