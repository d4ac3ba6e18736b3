"""Two releases of every service side by side, while all are restarted one by one."""

from dataclasses import replace

from chaos.lab import Lab
from chaos.night import until_started
from chaos.trouble import Trouble
from chaos.troubles.deaths import READERS
from devstack.processes.child import Program
from events.runs import RunKind

RESTARTED = {
    RunKind.DOWNLOADS: ("ingest-downloads", "scorer"),
    RunKind.METADATA: ("ingest-github", "scorer-2"),
    RunKind.SECURITY: ("security-scan", "cache-warmer", "api"),
}
"""Which processes are told to end in the middle of each run, one after the other."""


def of_release(program: Program, release: str) -> Program:
    """Return a service as another release of it."""
    python, flag, package = program.command
    return replace(program, command=(python, flag, "chaos.version", release, package))


class RollingRestart(Trouble):
    """Runs a newer and an older release of each service, and restarts one after another."""

    def change(self, program: Program) -> Program:
        """The first of each is the newer release."""
        return of_release(program, "newer") if program.name in READERS else program

    async def begin(self, lab: Lab) -> None:
        """The second of each is the older one."""
        for name in READERS:
            await lab.replicate(name, _as_older)

    async def disturb(self, lab: Lab, kind: RunKind, run_id: str) -> str:
        """Restart the services as a roll-out does."""
        await until_started(lab.stack, run_id)
        for name in RESTARTED[kind]:
            await lab.restart(name)
        return run_id


def _as_older(program: Program) -> Program:
    python, flag, module, _, package = program.command
    return replace(program, command=(python, flag, module, "older", package))
