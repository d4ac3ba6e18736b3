"""The plan of a week, for an installation of this size."""

from dataclasses import dataclass

from weekplan import Load, first_reading, plan, printed


@dataclass(frozen=True)
class UsualPace:
    """How fast ingest-github asks where its settings are left as they are; a test holds it so."""

    pypi_concurrency: int = 6
    github_concurrency: int = 16
    github_requests_per_minute: int = 600


def week_plan(load: Load, tokens: int) -> str:
    """Return the table of requests and hours, and what the week waits for."""
    pace = UsualPace()
    return printed(plan(load, tokens, pace), first_reading(load, pace))
