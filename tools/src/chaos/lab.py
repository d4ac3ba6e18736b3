"""A whole stack laid open: its connections pass through links, its processes may be troubled."""

import asyncio
import signal
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from chaos.bus import Bus, administered, admit
from chaos.link import Link
from chaos.night import DEADLINE, LAST
from devstack.processes.child import Program
from devstack.processes.ports import free_port
from devstack.processes.probes import http_ok
from devstack.processes.supervisor import Supervisor
from devstack.settings import StackSettings
from devstack.stack import Stack
from events.runs import RunKind

NEIGHBOURS = {
    "nats": ("scorer", "ingest-downloads", "ingest-github", "security-scan", "cache-warmer"),
    "postgres": ("scorer", "api"),
    "valkey": ("api", "cache-warmer"),
    "clickhouse": ("ingest-downloads",),
    "pypi": ("ingest-github",),
    "github": ("ingest-github",),
    "osv": ("security-scan",),
    "api": ("cache-warmer",),
}
"""Whom the services speak to, and which of them."""

BACK_WITHIN = 60.0
"""Seconds in which a process that was ended must be ready again."""

READ_IN_DEPTH = 20
"""Packages whose repository is asked ten questions instead of one."""

Change = Callable[[Program], Program]


class LabStack(Stack):
    """A stack whose programs are changed before they start, with an administrator on its bus."""

    def __init__(self, settings: StackSettings, change: Change) -> None:
        super().__init__(settings)
        self.supervisor = _Changing(self.layout.log_file, self._write_state, change)

    async def make_bus(self) -> None:
        """Make streams and consumers, as the job that runs before the services does."""
        await self._bootstrap()

    async def _servers(self) -> list[Program]:
        programs = await super()._servers()
        admit(self.layout.run / "nats.conf", self.layout.password("nats-chaos"))
        return programs


class _Changing(Supervisor):
    """Starts every program as the change has it, and one that dies after half a second, always."""

    def __init__(
        self, log_file: Callable[[str], Path], changed: Callable[[], None], change: Change
    ) -> None:
        super().__init__(log_file, changed)
        self._change = change

    async def start(self, programs: Sequence[Program]) -> None:
        changed = [self._change(replace(each, long_life=0.0)) for each in programs]
        await super().start(changed)


@dataclass(frozen=True)
class Lab:
    """A running stack, and what a trouble may lay its hands on."""

    stack: LabStack
    bus: Bus
    links: dict[str, Link]
    """`service>neighbour` to the cable between them."""

    async def request(self, kind: RunKind, day: date = LAST) -> str:
        """Ask for a run of the night."""
        return await self.stack.runs.request(kind, day, DEADLINE)

    async def back(self, name: str) -> None:
        """Wait until a process that was ended is ready again."""
        async with asyncio.timeout(BACK_WITHIN):
            await self.stack.supervisor.children[name].up.wait()

    async def all_back(self) -> None:
        """Wait until every process is ready."""
        for name, child in self.stack.supervisor.children.items():
            if child.state != "stopped":
                await self.back(name)

    async def kill(self, name: str) -> None:
        """Kill a process with -9 once it is ready; it is started again."""
        await self.back(name)
        self.stack.kill(name)

    async def restart(self, name: str) -> None:
        """End a process as a roll-out does, and wait until it is ready again."""
        await self.back(name)
        child = self.stack.supervisor.children[name]
        child.kill(signal.SIGTERM)
        async with asyncio.timeout(BACK_WITHIN):
            deaths = child.deaths
            while child.deaths == deaths:  # noqa: ASYNC110 - the supervisor counts, and tells nobody
                await asyncio.sleep(0.05)
        await self.back(name)

    async def replicate(self, name: str, change: Change = lambda program: program) -> str:
        """Start a second process of a service; gives its name."""
        copy = second(self.stack.supervisor.children[name].program)
        await self.stack.supervisor.start([change(copy)])
        return copy.name


def second(program: Program) -> Program:
    """Return the program of a replica, with probes at a port of its own."""
    port = free_port()
    return replace(
        program,
        name=f"{program.name}-2",
        environment={**program.environment, "HTTP_PORT": str(port)},
        ready=http_ok(f"http://127.0.0.1:{port}/readyz"),
    )


@asynccontextmanager
async def opened(
    folder: Path,
    dataset: Path,
    cables: Sequence[str] = (),
    change: Change = lambda program: program,
) -> AsyncIterator[Lab]:
    """Run a stack in a folder of its own while the block lasts.

    `cables` are the links wanted, as `scorer>nats`; `change` is applied to every program.
    """
    links: dict[str, Link] = {}
    stack = LabStack(settings_in(folder, dataset), lambda program: change(linked(program, links)))
    async with AsyncExitStack() as opening:
        for cable in cables:
            links[cable] = Link(stack.ports[cable.partition(">")[2]])
            await opening.enter_async_context(links[cable].laid())
        await opening.enter_async_context(stack)
        password = stack.layout.password("nats-chaos")
        bus = await opening.enter_async_context(administered(stack.nats_url, password))
        yield Lab(stack, bus, links)


def linked(program: Program, links: dict[str, Link]) -> Program:
    """Return the program with the addresses of its cables in the place of its neighbours'."""
    environment = dict(program.environment)
    for cable, link in links.items():
        service, _, _ = cable.partition(">")
        if program.name == service:
            for name, value in environment.items():
                if not name.startswith("HTTP_"):
                    environment[name] = value.replace(
                        f"127.0.0.1:{link.target}", f"127.0.0.1:{link.port}"
                    )
    return replace(program, environment=environment)


def settings_in(folder: Path, dataset: Path) -> StackSettings:
    """Return the settings of a stack in a folder of its own."""
    return StackSettings(
        state_dir=folder,
        dataset=dataset,
        port=free_port(),
        deep_rank=READ_IN_DEPTH,
        database_url=None,
        nats_url=None,
        redis_url=None,
        clickhouse_url=None,
        sources="simulated",
    )
