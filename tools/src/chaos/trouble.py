"""What a trouble may do, and when."""

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

from chaos.lab import Lab
from devstack.layout import Layout
from devstack.processes.child import Program
from events.runs import RunKind


class Trouble:
    """Nothing at all: a quiet night. Each trouble says what it does otherwise."""

    @property
    def cables(self) -> Sequence[str]:
        """The connections it needs its hands on, as `scorer>nats`."""
        return ()

    def impossible(self) -> str:
        """Say why it cannot be tried on this machine; nothing where it can."""
        return ""

    def place(self, layout: Layout) -> AbstractContextManager[None]:
        """Prepare the folder in which the stack will run, and tidy up after it has stopped."""
        return nullcontext()

    def change(self, program: Program) -> Program:
        """Return a program as it is to be started."""
        return program

    async def begin(self, lab: Lab) -> None:
        """Act before the first run."""

    async def ask(self, lab: Lab, kind: RunKind) -> str:
        """Ask for a run; gives its id. Whatever follows happens before its first batch."""
        return await lab.request(kind)

    async def disturb(self, lab: Lab, kind: RunKind, run_id: str) -> str:
        """Act in the middle of a run; gives the run that is waited for."""
        return run_id

    async def end(self, lab: Lab) -> None:
        """Put back what was changed, after the last run."""


@dataclass(frozen=True)
class Together(Trouble):
    """Several troubles in one night, of those that need nothing prepared before its start.

    The first one says how runs are asked for.
    """

    troubles: Sequence[Trouble]

    async def begin(self, lab: Lab) -> None:
        """Let each begin."""
        for each in self.troubles:
            await each.begin(lab)

    async def ask(self, lab: Lab, kind: RunKind) -> str:
        """Ask as the first one does."""
        return await self.troubles[0].ask(lab, kind)

    async def disturb(self, lab: Lab, kind: RunKind, run_id: str) -> str:
        """Let each disturb the run, one after the other."""
        for each in self.troubles:
            run_id = await each.disturb(lab, kind, run_id)
        return run_id

    async def end(self, lab: Lab) -> None:
        """Let each put back what it changed."""
        for each in self.troubles:
            await each.end(lab)
