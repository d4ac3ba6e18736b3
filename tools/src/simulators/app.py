"""Wires every played source to its port."""

import asyncio
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from starlette.types import ASGIApp

from simulators.clock import Clock
from simulators.dataset import Dataset
from simulators.github.limits import LimitSettings
from simulators.github.server import GitHubApi
from simulators.lazy_source import LazySource
from simulators.osv import OsvBucket
from simulators.port import Port, Source
from simulators.pypi import PypiSite
from simulators.serve import listen, serve


@dataclass(frozen=True)
class Settings:
    """Where to play what; a source without a port is not played."""

    data: Path
    host: str
    ports: dict[str, int]
    state: Path | None = None
    clock_speed: float = 1.0
    github_limits: LimitSettings = field(default_factory=LimitSettings)


def run(settings: Settings) -> None:
    """Play until a signal comes."""
    with ExitStack() as stack:
        sockets = {
            name: stack.enter_context(listen(settings.host, port))
            for name, port in settings.ports.items()
        }
        sources = _sources(settings, stack)
        for name, sock in sockets.items():
            print(f"{name} http://{settings.host}:{sock.getsockname()[1]}", flush=True)
        asyncio.run(serve([(sources[name], sock) for name, sock in sockets.items()]))


def _sources(settings: Settings, stack: ExitStack) -> dict[str, ASGIApp]:
    dataset = Dataset(settings.data)
    clock = Clock(settings.clock_speed)
    makers: dict[str, Callable[[], Source]] = {
        "clickhouse": lambda: _clickhouse(settings, dataset, clock, stack),
        "bigquery": lambda: LazySource(lambda: _bigquery(settings, dataset, stack)),
        "pypi": lambda: PypiSite(dataset),
        "github": lambda: GitHubApi(dataset, clock, settings.github_limits),
        "osv": lambda: OsvBucket(dataset),
    }
    return {name: Port(makers[name](), clock) for name in settings.ports}


def _clickhouse(settings: Settings, dataset: Dataset, clock: Clock, stack: ExitStack) -> Source:
    """Imported here, because the engine takes a second that other sources need not wait."""
    from simulators.clickhouse.engine import Engine  # noqa: PLC0415
    from simulators.clickhouse.server import ClickHouseServer  # noqa: PLC0415

    folder = _folder(settings, stack) / "clickhouse"
    return ClickHouseServer(stack.enter_context(Engine(folder, dataset)), clock)


def _bigquery(settings: Settings, dataset: Dataset, stack: ExitStack) -> Source:
    """Imported here for the same reason."""
    import duckdb  # noqa: PLC0415

    from simulators.bigquery.rows import load_rows  # noqa: PLC0415
    from simulators.bigquery.server import BigQueryApi  # noqa: PLC0415
    from simulators.bigquery.warehouse import Warehouse  # noqa: PLC0415

    database = stack.enter_context(duckdb.connect())
    load_rows(database, dataset, _folder(settings, stack) / "bigquery")
    return BigQueryApi(Warehouse(database))


def _folder(settings: Settings, stack: ExitStack) -> Path:
    return settings.state or Path(stack.enter_context(tempfile.TemporaryDirectory()))
