"""The servers that the stack starts itself: those for which nobody gave an address."""

from collections.abc import Mapping

from devstack.layout import Layout
from devstack.processes.child import Program
from devstack.servers.embedded import nats_program, valkey_program
from devstack.servers.postgres import EmbeddedPostgres
from devstack.settings import StackSettings

Ports = Mapping[str, int]


async def server_programs(
    settings: StackSettings, layout: Layout, ports: Ports, environment: dict[str, str]
) -> list[Program]:
    """Return PostgreSQL, NATS and Valkey, each unless the settings name another."""
    programs = []
    if settings.database_url is None:
        programs.append(await _postgres(layout, ports, environment).program())
    if settings.nats_url is None:
        programs.append(_nats(settings, layout, ports, environment))
    if settings.redis_url is None:
        programs.append(_valkey(settings, layout, ports, environment))
    return programs


def _postgres(layout: Layout, ports: Ports, environment: dict[str, str]) -> EmbeddedPostgres:
    data, password = layout.stored / "postgres", layout.password("postgres")
    return EmbeddedPostgres(data, ports["postgres"], password, environment)


def _nats(
    settings: StackSettings, layout: Layout, ports: Ports, environment: dict[str, str]
) -> Program:
    return nats_program(
        layout.stored / "nats",
        layout.run / "nats.conf",
        ports=(ports["nats"], ports["nats-monitor"]),
        password=layout.password,
        environment=environment,
        max_mb=settings.max_bus_mb,
    )


def _valkey(
    settings: StackSettings, layout: Layout, ports: Ports, environment: dict[str, str]
) -> Program:
    return valkey_program(
        layout.stored / "valkey",
        layout.run / "valkey.conf",
        port=ports["valkey"],
        password=layout.password("valkey"),
        environment=environment,
        memory=settings.cache_mb,
    )
