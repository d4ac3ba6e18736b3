"""Settings of the scorer."""

from pydantic import Field, SecretStr

from servicekit.settings import ServiceSettings
from weekplan import DEEP_RANK, STATUS_RANK


class Settings(ServiceSettings):
    """Read from the environment; a field's name in capitals is its variable."""

    database_url: SecretStr = Field(
        SecretStr("postgresql://scorer@127.0.0.1:5432/pypi_stats"),
        description="PostgreSQL, as the role that owns the tables.",
    )
    database_connections: int = Field(8, description="Connections kept open to PostgreSQL.")
    handlers_per_subject: int = Field(4, description="Messages of a subject handled side by side.")
    poll_seconds: float = Field(
        1.0, description="Seconds between looks for finished runs, unsent messages and deadlines."
    )
    chunk_packages: int = Field(5_000, description="Packages worked on in one transaction.")
    week_bound: float = Field(
        0.5,
        description="Gate: the least a day's total may be of the same weekday's a week before; "
        "the most is its inverse. Real weeks move by a few percent, a broken source by half.",
    )
    shrink_bound: float = Field(
        0.1,
        description="Gate: the share by which the list of packages may shrink between two runs.",
    )
    archive_bound: float = Field(
        0.5,
        description="Gate: the share of its usual records the advisory archive must still hold.",
    )
    late_patience: float = Field(
        3600.0, description="Seconds after which a day that had not come is asked for again."
    )
    run_patience: float = Field(
        21_600.0, description="Seconds a run that the scorer itself asks for may take."
    )
    repository_days: int = Field(
        7, description="Days after which a repository's facts are due again."
    )
    status_days: int = Field(
        7,
        description="Days within which every project's status is read from its Simple page: "
        "archiving changes no serial.",
    )
    status_rank: int = Field(
        STATUS_RANK,
        description="Packages up to this rank have their status read every night; they carry "
        "nearly all downloads, and cost a quarter of an hour of PyPI's answers.",
    )
    deep_rank: int = Field(
        DEEP_RANK, description="Packages up to this rank get the facts that cost several requests."
    )
    metadata_limit: int = Field(
        0, description="Most packages one metadata run may plan; 0 means all that are due."
    )
    work_patience: float = Field(
        86_400.0,
        description="Seconds from a metadata run's request for which its work is carried out, and "
        "at least until its deadline; then the next run, which begins with the most used packages, "
        "plans what is still due.",
    )
    popular_targets: int = Field(
        5_000, description="Most used names that look-alikes are compared with."
    )
