"""Settings of the api."""

from typing import Literal

from pydantic import Field, SecretStr

from servicekit.settings import ServiceSettings


class Settings(ServiceSettings):
    """Read from the environment."""

    database_url: SecretStr = Field(
        SecretStr("postgresql://reader@127.0.0.1:5432/pypi_stats"),
        description="PostgreSQL, as the role that can only read.",
    )
    database_connections: int = Field(8, ge=1, description="Most connections to PostgreSQL.")
    database_wait: float = Field(
        0.5, gt=0, description="Seconds a request waits for a free connection before it gets a 503."
    )
    statement_timeout: float = Field(
        2.0, gt=0, description="Seconds one statement of a page may take; exports have their own."
    )
    export_timeout: float = Field(
        600.0, gt=0, description="Seconds one export may take, its reader's slowness included."
    )
    exports_at_once: int = Field(2, ge=1, description="Exports one process streams at a time.")
    redis_url: SecretStr = Field(
        SecretStr("redis://127.0.0.1:6379/0"),
        description="Redis or Valkey, the cache that all replicas share; empty: none.",
    )
    redis_timeout: float = Field(
        0.25, gt=0, description="Seconds one question to Redis may take before it counts as gone."
    )
    warm_token: SecretStr = Field(
        SecretStr(""),
        description="What the cache-warmer proves itself with; empty: warming is refused.",
    )
    hot_bytes: int = Field(
        128 * 2**20, ge=0, description="Bytes of answers one process keeps in its own memory."
    )
    stored_margin: int = Field(
        3600, ge=0, description="Seconds that stored answers may outlive midnight UTC, spread."
    )
    switch_patience: float = Field(
        60.0,
        ge=0,
        description="Seconds to wait for the warmer before a new generation is shown unwarmed.",
    )
    popular_sample: int = Field(
        10, ge=1, description="One answer in so many is counted towards the popular pages."
    )
    rate_limit_reads: str = Field(
        "6000/minute", description="Units a client may use on pages; a kept answer costs one."
    )
    rate_limit_search: str = Field("1200/minute", description="The same, for search.")
    rate_limit_badges: str = Field("30000/minute", description="The same, for badges.")
    rate_limit_exports: str = Field("10/minute", description="Exports a client may start.")
    computed_cost: int = Field(
        5, ge=1, description="Units of an answer that PostgreSQL had to give; exports cost one."
    )
    trusted_proxies: str = Field(
        "",
        description="Networks whose X-Forwarded-For is believed, as CIDR, separated by commas.",
    )
    public_url: str = Field(
        "http://localhost:8000",
        description="Address of the site, for feeds, the site map, and the pages' heads.",
    )
    pypi_url: str = Field("https://pypi.org", description="Where links to packages lead.")
    otel_share: float = Field(
        0.001,
        ge=0,
        le=1,
        description="Share of visitors' requests that are traced, where OTEL_ENDPOINT is set.",
    )
    metrics_port: int = Field(
        0, ge=0, description="Port of `/metrics`, apart from visitors; 0: none of its own."
    )
    metrics_host: str = Field("127.0.0.1", description="Address `/metrics` listens on.")
    metrics_public: bool = Field(
        False, description="Serve `/metrics` to visitors too, on the port of the pages."
    )
    site_dir: str = Field("", description="Folder of the website to serve as well; empty: none.")
    scheduled: bool = Field(
        True, description="Runs are asked for by their schedules; false: by hand alone."
    )
    sample_data: bool = Field(False, description="Say everywhere that the numbers are samples.")


LimitClass = Literal["reads", "search", "badges", "exports"]
"""Which budget a route is charged to."""
