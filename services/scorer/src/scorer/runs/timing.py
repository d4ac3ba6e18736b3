"""How long each stage of finishing a run takes: told in the log and in the metrics."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from prometheus_client import Gauge

SECONDS = Gauge(
    "pypi_stats_stage_seconds",
    "Seconds that a stage of finishing a run took the last time.",
    ["stage"],
    registry=None,
)
"""Set where a stage happens; the application adds it to its own registry."""

log = structlog.get_logger(__name__)


@contextmanager
def stage(name: str) -> Iterator[None]:
    """Time the block under this name; one that fails is not told of."""
    began = time.monotonic()
    yield
    seconds = time.monotonic() - began
    SECONDS.labels(name).set(seconds)
    log.info("stage done", stage=name, seconds=round(seconds, 3))
