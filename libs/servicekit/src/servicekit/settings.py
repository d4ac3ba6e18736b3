"""Settings every service has; each service adds its own in a subclass."""

import os
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

CREDENTIALS = os.environ.get("CREDENTIALS_DIRECTORY")
"""Where systemd puts what a unit loads; elsewhere `SECRETS_DIR` names a folder of files. A file
bears the name of a setting; a variable of the environment comes before it."""


class ServiceSettings(BaseSettings):
    """Read from the environment; a field's name in capitals is its variable."""

    model_config = SettingsConfigDict(
        frozen=True, extra="ignore", secrets_dir=os.environ.get("SECRETS_DIR") or CREDENTIALS
    )

    nats_url: str = Field("nats://127.0.0.1:4222", description="Address of the NATS server.")
    nats_password: SecretStr = Field(
        SecretStr(""), description="Password of this service's user on the NATS server."
    )
    http_host: str = Field("127.0.0.1", description="Address the probes and metrics listen on.")
    http_port: int = Field(8080, description="Port of the probes and metrics.")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="Least severe log line written."
    )
    log_format: Literal["json", "console"] = Field(
        "json", description="One JSON object a line, or lines for a person."
    )
    otel_endpoint: str = Field(
        "",
        description="Collector that traces are sent to (OTLP over HTTP), as "
        "http://collector:4318; empty: no traces.",
    )
    graceful_timeout: float = Field(
        30.0, description="Seconds a handler may go on after SIGTERM before it is cut off."
    )


def settings_table(settings: type[BaseSettings]) -> str:
    """Return the Markdown table of a settings class, as each service's README carries it."""
    rows = [
        f"| `{name.upper()}` | {_shown(field.default)} | {field.description} |"
        for name, field in settings.model_fields.items()
    ]
    return "\n".join(["| variable | default | meaning |", "|---|---|---|", *rows])


def _shown(default: object) -> str:
    value = default.get_secret_value() if isinstance(default, SecretStr) else default
    return f"`{value}`" if value not in ("", None) else "none"
