"""Settings of ingest-downloads."""

from typing import Literal

from pydantic import Field, SecretStr

from servicekit.settings import ServiceSettings


class Settings(ServiceSettings):
    """Where counts are read, how much of them, and what that may cost."""

    source: Literal["clickhouse", "bigquery"] = Field(
        "clickhouse", description="Which source serves the runs."
    )
    batch_packages: int = Field(1_000, gt=0, description="Packages in one message.")
    publish_concurrency: int = Field(
        16, gt=0, description="Messages on their way to the stream at once."
    )
    breakdown_min_downloads: int = Field(
        10_000,
        ge=1,
        description="Downloads in 30 days from which on a package is broken down by label.",
    )
    breakdown_days: int = Field(
        0, ge=0, description="Newest days of the window that are broken down; 0 means all."
    )

    clickhouse_url: str = Field(
        "https://sql-clickhouse.clickhouse.com", description="Address of the ClickHouse server."
    )
    clickhouse_user: str = Field("demo", description="User on the ClickHouse server.")
    clickhouse_password: SecretStr = Field(SecretStr(""), description="Password of that user.")
    clickhouse_database: str = Field("pypi", description="Database that holds the counts.")
    clickhouse_timeout: float = Field(
        120.0, gt=0, description="Seconds without a byte after which a query is given up."
    )
    clickhouse_attempts: int = Field(
        6, gt=0, description="How often one query is tried before the run is held."
    )
    clickhouse_queries_per_hour: int = Field(
        300, ge=10, description="Queries in any hour; more wait. The public server's own limit."
    )
    clickhouse_range_packages: int = Field(
        40_000,
        gt=0,
        le=60_000,
        description="Packages in one answer; the public server cuts an answer after one block, "
        "65,409 rows.",
    )

    clickhouse_range_broken_down: int = Field(
        5_000, gt=0, description="Packages in one answer with all their labels."
    )

    bigquery_project: str = Field("", description="Google Cloud project that pays the queries.")
    bigquery_endpoint: str = Field(
        "",
        description="Address of a stand-in for the BigQuery API, asked without credentials; empty "
        "means Google's own.",
    )
    bigquery_dataset: str = Field(
        "bigquery-public-data.pypi", description="Data set that holds `file_downloads`."
    )
    bigquery_late_days: int = Field(
        2, ge=0, description="Days before the asked one that are read again for late rows."
    )
    bigquery_maximum_gib: float = Field(
        1_200.0, gt=0, description="GiB one run may bill; a dearer one is refused."
    )
    bigquery_usd_per_tib: float = Field(
        6.25, ge=0, description="Price on demand, US dollars, for the message that refuses."
    )
    bigquery_timeout: float = Field(
        1_800.0, gt=0, description="Seconds a job may take before it is cancelled."
    )
