"""The whole stack: servers, database, bus and services, started in order and kept alive.

`async with Stack(settings) as stack:` is all that `make up` keeps running in the background,
and what tests start in a folder of their own.
"""

import asyncio
import logging
import os
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

from devstack.layout import dataset_folder, layout_of
from devstack.processes.child import Program
from devstack.processes.identity import Identity, identity
from devstack.processes.ports import free_port, internal_ports
from devstack.processes.programs import (
    SOURCES,
    Sources,
    Wiring,
    replay_program,
    scheduler_program,
    service_program,
)
from devstack.processes.supervisor import Supervisor, together
from devstack.servers.database import READER, WRITER, Database, finish
from devstack.servers.embedded import bus_secret
from devstack.servers.own import server_programs
from devstack.servers.postgres import ADMINISTRATOR
from devstack.settings import SERVICES, StackSettings, child_environment
from devstack.state import ChildState, StackState, end_leftovers, read_state, write_state
from events.topology import BOOTSTRAP, OPERATOR, USERS
from operate.bus import Bus
from operate.runs import Runs

SERVERS = ("postgres", "nats", "nats-monitor", "valkey")
METRICS = "api-metrics"
"""Name of the port at which the api tells its counters."""
UP_TIMEOUT = 60.0
"""Seconds."""


log = logging.getLogger(__name__)


class Stack:
    """A stack in one state folder; an asynchronous context in which all of it runs.

    `services` may name fewer than all six. Without `simulators` no source is played.
    """

    def __init__(
        self,
        settings: StackSettings,
        *,
        services: Sequence[str] = SERVICES,
        simulators: bool = True,
    ) -> None:
        self.settings = settings
        self.services = tuple(services)
        self.layout = layout_of(settings)
        self.layout.create()
        played = simulators and settings.sources == "simulated"
        self.dataset = dataset_folder(settings) if played else None
        self.ports = self._ports()
        self.database = Database(self._administrator_url(), self._database_passwords())
        self.supervisor = Supervisor(self.layout.log_file, self._write_state)
        self._environment = child_environment()
        self._state = self._first_state()

    # What a test or a command needs to reach the stack.

    @property
    def api_url(self) -> str:
        """Address of the website and the API."""
        return self.settings.api_url

    @property
    def metrics_url(self) -> str:
        """Address of the api's counters."""
        return f"http://127.0.0.1:{self.ports[METRICS]}/metrics"

    @property
    def nats_url(self) -> str:
        """Address of the bus, without a login."""
        return self.settings.nats_url or f"nats://127.0.0.1:{self.ports['nats']}"

    @property
    def redis_url(self) -> str:
        """Address of the cache, with its password."""
        own = f"redis://:{self.layout.password('valkey')}@127.0.0.1:{self.ports['valkey']}/0"
        return self.settings.redis_url or own

    @property
    def sources(self) -> Sources:
        """Addresses of the played sources; empty where the real ones are read."""
        played = dict.fromkeys(SOURCES, "")
        if self.dataset is not None:
            played = {name: f"http://127.0.0.1:{self.ports[name]}" for name in SOURCES}
        clickhouse = self.settings.clickhouse_url or played["clickhouse"]
        return Sources(**{**played, "clickhouse": clickhouse})

    @property
    def runs(self) -> Runs:
        """Runs asked for and watched in this stack."""
        bus = Bus(self.nats_url, self.nats_password(OPERATOR))
        return Runs(self.database.url(READER), bus)

    def nats_password(self, user: str) -> str:
        """Password of a user of the bus."""
        return self.layout.password(bus_secret(user))

    def kill(self, name: str) -> None:
        """Kill a process with -9; it is started again as after any death."""
        self.supervisor.children[name].kill()

    async def stop(self, name: str) -> None:
        """Stop a process until it is started with `start`."""
        await self.supervisor.children[name].stop()

    async def start(self, name: str) -> None:
        """Start a stopped process and wait until it is ready."""
        await self.supervisor.children[name].start()

    async def until_up(self, name: str) -> None:
        """Wait until a process that was killed is ready again."""
        async with asyncio.timeout(UP_TIMEOUT):
            await self.supervisor.children[name].up.wait()

    # How it comes up and goes down.

    async def __aenter__(self) -> Self:
        try:
            await self._start()
        except BaseException:
            await self.supervisor.stop()
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        await self.supervisor.stop()

    async def _start(self) -> None:
        await asyncio.to_thread(end_leftovers, read_state(self.layout.run))
        async with self._stage("servers"):
            await self.supervisor.start(await self._servers())
        await together(self._play(), self._serve())
        self._state.up = True
        self._write_state()

    async def _play(self) -> None:
        """Start the played sources, which load their data set while the rest comes up."""
        if self.dataset is None:
            return
        folder = self.layout.stored / "simulators"
        async with self._stage("sources"):
            program = replay_program(self.dataset, folder, self.ports, self._environment)
            await self.supervisor.start([program])

    async def _serve(self) -> None:
        """Bring database and bus up to date, then start the services."""
        migrations = self.layout.log_file("migrations")
        async with self._stage("schema"):
            await self.database.refuse_newer()
            await together(self.database.prepare(self._environment, migrations), self._bootstrap())
        async with self._stage("services"):
            wiring = self._wiring()
            await self.supervisor.start([service_program(each, wiring) for each in self.services])
            if self.settings.scheduled:
                await self.supervisor.start([scheduler_program(wiring)])

    async def _servers(self) -> list[Program]:
        return await server_programs(self.settings, self.layout, self.ports, self._environment)

    async def _bootstrap(self) -> None:
        environment = {
            **self._environment,
            "NATS_URL": self.nats_url,
            "NATS_PASSWORD": self.nats_password(BOOTSTRAP),
        }
        command = [sys.executable, "-m", "servicekit.bootstrap"]
        await finish("the bus", command, environment, self.layout.log_file("bootstrap"))

    def _wiring(self) -> Wiring:
        return Wiring(
            database=self.database,
            nats_url=self.nats_url,
            nats_passwords={user.name: self.nats_password(user.name) for user in USERS},
            redis_url=self.redis_url,
            sources=self.sources,
            downloads_from=self.settings.source,
            api_url=self.api_url,
            public_url=f"http://localhost:{self.settings.port}",
            warm_token=self.layout.password("warm"),
            deep_rank=self.settings.deep_rank,
            folder=self.layout.stored,
            site_host=self.settings.site_host,
            ports=self.ports,
            scheduled=self.settings.scheduled,
            sample_data=self.settings.dataset is None and self.dataset is not None,
            environment=self._environment,
        )

    def _ports(self) -> dict[str, int]:
        names = (*SERVERS, *SOURCES, METRICS, *(each for each in SERVICES if each != "api"))
        inside = internal_ports(names, self.layout.run / "ports.json")
        return {**inside, "api": self.settings.port}

    def _administrator_url(self) -> str:
        return self.settings.database_url or self._postgres_url()

    def _postgres_url(self) -> str:
        password = self.layout.password("postgres")
        return (
            f"postgresql://{ADMINISTRATOR}:{password}@127.0.0.1:{self.ports['postgres']}/postgres"
        )

    def _database_passwords(self) -> dict[str, str]:
        return {role: self.layout.password(f"database-{role}") for role in (WRITER, READER)}

    # What it says of itself.

    @asynccontextmanager
    async def _stage(self, name: str) -> AsyncIterator[None]:
        began = time.monotonic()
        self._state.stage = name
        self._write_state()
        yield
        self._state.finished[name] = round(time.monotonic() - began, 1)
        self._write_state()

    def _first_state(self) -> StackState:
        own = identity(os.getpid())
        return StackState(
            supervisor=own or Identity(os.getpid(), time.time()),
            address=f"http://localhost:{self.settings.port}",
            world=self.layout.world,
            dataset=str(self.dataset) if self.dataset else None,
            stage="starting",
            database_url=self.database.bare_url,
            nats_url=self.nats_url,
            sources=asdict(self.sources),
            probes=self._probes(),
        )

    def _probes(self) -> dict[str, str]:
        own = {name: f"http://127.0.0.1:{self.ports[name]}" for name in self.services}
        return {**own, "api": self.api_url}

    def _write_state(self) -> None:
        self._state.children = {
            name: ChildState(child.state, child.deaths, child.identity)
            for name, child in self.supervisor.children.items()
        }
        try:
            write_state(self.layout.run, self._state)
        except OSError as error:  # a full disk must not keep the rest from being stopped
            log.error("the state could not be written: %s", error)  # noqa: TRY400


def stack_in(
    folder: Path,
    *,
    dataset: Path | None = None,
    services: Sequence[str] = SERVICES,
    port: int | None = None,
    source: Literal["clickhouse", "bigquery"] = "clickhouse",
) -> Stack:
    """Return a stack on free ports in its own folder; it plays the data set if there is one."""
    settings = StackSettings(
        state_dir=folder,
        dataset=dataset,
        port=port or free_port(),
        database_url=None,
        nats_url=None,
        redis_url=None,
        clickhouse_url=None,
        sources="simulated",
        source=source,
    )
    return Stack(settings, services=services, simulators=dataset is not None)
