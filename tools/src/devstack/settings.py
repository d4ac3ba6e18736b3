"""What a person may change about the stack, each by one variable of the environment."""

import os
from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

CHECKOUT = Path(__file__).resolve().parents[3]
"""The project's root folder: the packages are installed from it in place."""

SERVICES = (
    "scorer",
    "ingest-downloads",
    "ingest-github",
    "security-scan",
    "api",
    "cache-warmer",
)
"""In the order they are started; stopped the other way round."""

LOOPBACK = ("", "0.0.0.0", "localhost")  # noqa: S104 - compared only
"""Hosts that are reached at 127.0.0.1."""


class StackSettings(BaseSettings):
    """Read from the environment; a field's name in capitals is its variable."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True)

    site_host: str = Field(
        "127.0.0.1", description="Address the website and the API listen on; 0.0.0.0 is all."
    )
    port: int = Field(8000, description="Port of the website and the API.")
    state_dir: Path = Field(
        CHECKOUT / ".local", description="Folder of everything the stack keeps."
    )
    dataset: Path | None = Field(
        None, description="Folder with the data set to play; the generated sample by default."
    )
    sources: Literal["simulated", "live"] = Field(
        "simulated", description="`live` reads the real sources instead of a data set."
    )
    schedules: Literal["auto", "on", "off"] = Field(
        "auto",
        description="Whether runs are asked for when their schedules are due; `auto`: with the"
        " real sources alone.",
    )
    source: Literal["clickhouse", "bigquery"] = Field(
        "clickhouse", description="Which source of downloads serves the runs, played or real."
    )
    sample_packages: int = Field(2000, description="Packages in the generated sample.")
    sample_days: int = Field(400, description="Days in the generated sample.")
    sample_seed: int = Field(1, description="Seed of the generated sample.")
    deep_rank: int = Field(
        300,
        description="Packages up to this rank whose repository is read in depth, ten requests"
        " each; with `SOURCES=live` the scorer's own default holds.",
    )
    database_url: str | None = Field(
        None, description="Your own PostgreSQL, as a user who may create roles and databases."
    )
    nats_url: str | None = Field(
        None, description="Your own NATS, set up with `deploy/nats/nats.conf`."
    )
    redis_url: str | None = Field(None, description="Your own Valkey or Redis.")
    clickhouse_url: str | None = Field(None, description="Your own ClickHouse.")
    run_deadline_hours: float = Field(
        6.0, description="Hours after which a requested run ends with what it has."
    )
    run_timeout: float = Field(
        900.0, description="Seconds without any progress after which waiting for a run ends."
    )
    minimum_free_mb: int = Field(
        1024, description="Free space, in MB, below which the stack does not start."
    )
    max_bus_mb: int = Field(10240, description="Space, in MB, the bus may take on disk.")
    cache_mb: int = Field(256, description="Memory, in MB, of the embedded Valkey.")

    @property
    def scheduled(self) -> bool:
        """Whether runs are asked for by their schedules."""
        return self.schedules == "on" or (self.schedules == "auto" and self.sources == "live")

    @property
    def api_url(self) -> str:
        """Address at which this machine reaches the website and the API."""
        host = "127.0.0.1" if self.site_host in LOOPBACK else self.site_host
        return f"http://{host}:{self.port}"


def child_environment() -> dict[str, str]:
    """Return this process's environment without what speaks to the stack itself."""
    own = {name.upper() for name in StackSettings.model_fields}
    passed = {name: value for name, value in os.environ.items() if name not in own}
    loopback = {"NO_PROXY": "127.0.0.1,localhost", "no_proxy": "127.0.0.1,localhost"}
    # Compiled once for all starts, away from the sources: half of what a service's start costs.
    compiled = {
        "PYTHONPYCACHEPREFIX": str(CHECKOUT / ".venv" / "bytecode"),
        "PYTHONDONTWRITEBYTECODE": "",
    }
    return {**passed, **loopback, **compiled, "PYTHONUNBUFFERED": "1"}
