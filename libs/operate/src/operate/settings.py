"""Settings of the operator's commands."""

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from schedules import DAYS_BROUGHT


class Settings(BaseSettings):
    """Read from the environment; a field's name in capitals is its variable."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore")

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
    run_brings_days: int = Field(
        DAYS_BROUGHT["clickhouse"],
        description="Newest days that one run of downloads brings: 30 of ClickHouse, 1 of"
        " BigQuery. The scheduler asks for older ones that are missing by a backfill.",
    )
    run_timeout: float = Field(
        900.0, description="Seconds without any progress after which waiting for a run ends."
    )
