"""Settings of the cache-warmer."""

from pydantic import Field, SecretStr

from servicekit.settings import ServiceSettings


class Settings(ServiceSettings):
    """Read from the environment; a field's name in capitals is its variable."""

    redis_url: SecretStr = Field(
        SecretStr("redis://127.0.0.1:6379/0"), description="Redis or Valkey, as the api uses it."
    )
    api_url: str = Field(
        "http://127.0.0.1:8000", description="Address of the api, or of the service before it."
    )
    warm_token: SecretStr = Field(
        SecretStr(""), description="What proves to the api that a request comes from here."
    )
    warm_packages: int = Field(
        300, description="Most downloaded packages whose pages are made ready."
    )
    warm_popular: int = Field(
        2_000, description="Most asked for pages of yesterday and today that are made ready."
    )
    warm_concurrency: int = Field(8, description="Pages asked for side by side.")
    page_timeout: float = Field(10.0, description="Seconds one page may take.")
    purge_zone: str = Field(
        "", description="Cloudflare zone whose edge copies are purged; empty: none."
    )
    purge_token: SecretStr = Field(
        SecretStr(""), description="Cloudflare token that may purge that zone; empty: no purge."
    )
    purge_url: str = Field(
        "https://api.cloudflare.com/client/v4", description="Address of Cloudflare's API."
    )
