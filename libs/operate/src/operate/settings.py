"""Settings of the operator's commands."""

import os
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

CREDENTIALS = os.environ.get("CREDENTIALS_DIRECTORY")
"""Where systemd puts what a unit loads; elsewhere `SECRETS_DIR` names a folder of files."""


class Settings(BaseSettings):
    """Read from the environment; a field's name in capitals is its variable."""

    model_config = SettingsConfigDict(
        frozen=True, extra="ignore", secrets_dir=os.environ.get("SECRETS_DIR") or CREDENTIALS
    )

    nats_url: str = Field("nats://127.0.0.1:4222", description="Address of the NATS server.")
    nats_password: SecretStr = Field(
        SecretStr(""), description="Password of the user `operator` on the NATS server."
    )
    database_url: SecretStr = Field(
        SecretStr("postgresql://api@127.0.0.1:5432/pypi_stats"),
        description="PostgreSQL, as the role that can only read.",
    )
    run_deadline_hours: float = Field(
        6.0, description="Hours after which a requested run ends with what it has."
    )
    source: Literal["clickhouse", "bigquery"] = Field(
        "clickhouse",
        description="Which source of downloads serves the runs: the scheduler asks by a backfill"
        " for days that one run of it does not bring.",
    )
    run_timeout: float = Field(
        900.0, description="Seconds without any progress after which waiting for a run ends."
    )
