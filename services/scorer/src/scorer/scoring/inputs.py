"""What the scores are made from: the one list of input columns.

The SQL that selects them is tested against `INPUTS`; a column that is absent counts as unknown.
Null always means "not known", never zero.
"""

from dataclasses import dataclass
from datetime import date, datetime

import polars as pl


@dataclass(frozen=True)
class Input:
    """One column: its name, its type in polars, its unit and what it means."""

    name: str
    dtype: pl.DataType
    unit: str
    meaning: str
    source: str
    """`pypi`, `github`, `downloads`, `security` or `own`: where the value was observed."""


DATE = pl.Date()
INTEGER = pl.Int64()
FRACTION = pl.Float64()
TEXT = pl.String()
FLAG = pl.Boolean()

INPUTS = (
    Input("package_id", pl.Int32(), "", "our number of the package", "own"),
    Input("name", TEXT, "", "canonical name (PEP 503)", "pypi"),
    Input("first_release", DATE, "day", "day of the first release", "pypi"),
    Input("released", DATE, "day", "day of the newest release", "pypi"),
    Input("release_count", INTEGER, "releases", "releases ever", "pypi"),
    Input("releases_last_year", INTEGER, "releases", "releases in the last 365 days", "pypi"),
    Input("yanked", FLAG, "", "the latest release was withdrawn (PEP 592)", "pypi"),
    Input("requires_python", TEXT, "", "the range of Python versions it admits", "pypi"),
    Input("minimum_python", TEXT, "version", "lowest minor version it admits, as 3.9", "pypi"),
    Input("license_class", TEXT, "", "class of its licence", "pypi"),
    Input("project_status", TEXT, "", "active, archived, deprecated, quarantined or gone", "pypi"),
    Input("development_status", INTEGER, "1 to 7", "its Development Status classifier", "pypi"),
    Input("owner_count", INTEGER, "people", "accounts with a role in it on PyPI", "pypi"),
    Input("sole_maintainer", FLAG, "", "exactly one, and no organisation owns it", "pypi"),
    Input("dependents", INTEGER, "packages", "packages on PyPI that require it", "pypi"),
    Input("repository_id", INTEGER, "", "GitHub's number of its repository", "github"),
    Input("repository_confidence", FRACTION, "0 to 1", "how sure the repository is its", "github"),
    Input("stars", INTEGER, "stars", "stars of the repository", "github"),
    Input("forks", INTEGER, "forks", "forks of the repository", "github"),
    Input("watchers", INTEGER, "people", "people who watch the repository", "github"),
    Input("open_issues", INTEGER, "issues", "open issues without pull requests", "github"),
    Input("closed_issues", INTEGER, "issues", "closed issues", "github"),
    Input("open_pulls", INTEGER, "pull requests", "open pull requests", "github"),
    Input("archived", FLAG, "", "its owner made the repository read-only", "github"),
    Input("last_push", DATE, "day", "newest push to any branch, bots' included", "github"),
    Input("last_commit", DATE, "day", "a person's newest commit", "github"),
    Input("commits_last_year", INTEGER, "commits", "commits in the last 365 days", "github"),
    Input("commits_last_90_days", INTEGER, "commits", "commits in the last 90 days", "github"),
    Input("commits_since_release", INTEGER, "commits", "commits since the release", "github"),
    Input("contributors", INTEGER, "people", "people with a commit, no bots", "github"),
    Input("half_of_commits_by", INTEGER, "people", "fewest people with half the commits", "github"),
    Input("merged_pulls_last_year", INTEGER, "pull requests", "merged in 365 days", "github"),
    Input("discussions", INTEGER, "discussions", "discussions of the repository", "github"),
    Input("topics", pl.List(pl.String()), "", "topics of the repository", "github"),
    Input("downloads_last_day", INTEGER, "downloads", "newest day, no mirrors", "downloads"),
    Input("downloads_last_week", INTEGER, "downloads", "newest 7 days, no mirrors", "downloads"),
    Input("downloads_last_month", INTEGER, "downloads", "newest 30 days, no mirrors", "downloads"),
    Input(
        "weeks",
        pl.List(pl.Int64()),
        "downloads",
        "the last 28 weeks of 7 days, oldest first; null where the source had a gap",
        "downloads",
    ),
    Input("largest_country_share", FRACTION, "0 to 1", "of the newest 30 days", "downloads"),
    Input("largest_installer_share", FRACTION, "0 to 1", "of the newest 30 days", "downloads"),
    Input("largest_version_share", FRACTION, "0 to 1", "of the newest 30 days", "downloads"),
    Input("security_status", TEXT, "", "clean, vulnerable, malicious, ...", "security"),
    Input("worst_severity", TEXT, "", "worst open flaw of the latest release", "security"),
    Input("is_stale", FLAG, "", "the latest collection did not bring it", "own"),
)

BELIEVED = 0.5
"""Below this `repository_confidence` the repository is taken for another project's and unread."""

WEEKS = 28
"""Length of `weeks`."""


def schema() -> pl.Schema:
    """Return the columns and types that `score_packages` reads."""
    return pl.Schema({each.name: each.dtype for each in INPUTS})


def conform(frame: pl.DataFrame) -> pl.DataFrame:
    """Bring a frame to `schema()`: unknown columns as null, numbers cast, others dropped.

    Repository facts are unknown where the repository is not believed to be the package's.
    """
    wanted = schema()
    columns = [_column(frame, name, dtype) for name, dtype in wanted.items()]
    return frame.select(columns).with_columns(_doubtful_left_out())


def _column(frame: pl.DataFrame, name: str, dtype: pl.DataType) -> pl.Expr:
    if name not in frame.columns:
        return pl.lit(None, dtype=dtype).alias(name)
    column = pl.col(name)
    return column if frame.schema[name] == dtype else column.cast(dtype)


def _doubtful_left_out() -> list[pl.Expr]:
    believed = pl.col("repository_confidence").fill_null(1.0) >= BELIEVED
    kept = {"repository_confidence"}
    names = [each.name for each in INPUTS if each.source == "github" and each.name not in kept]
    return [pl.when(believed).then(pl.col(name)).alias(name) for name in names]


def date_inputs() -> frozenset[str]:
    """Names of the inputs that are days."""
    return frozenset(each.name for each in INPUTS if each.dtype == DATE)


Value = str | int | float | bool | date | datetime | None
"""What one cell of an input may hold, lists apart."""
