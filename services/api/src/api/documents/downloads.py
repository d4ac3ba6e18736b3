"""Downloads over time."""

from datetime import date
from typing import Any

from pydantic import BaseModel, Field

from api.documents.base import Dated, field


class Automation(BaseModel):
    """The one label that has made an unusual day."""

    dimension: str = field("installer, country or version.", "installer")
    label: str = field("unknown: the installer did not tell.", "requests")


class Point(BaseModel):
    """One day, week or month."""

    date: date
    downloads: int | None = field("Without mirrors; null: the source had nothing.", 39_600_000)
    with_mirrors: int | None = field("All installers; null: the source had nothing.", 40_000_000)
    incomplete: bool = field("Whether days of the period are missing.", False)
    unusual: bool = field(
        "Whether a day of it is over four times the median of the 28 days before.", False
    )
    automation: Automation | None = Field(
        None,
        description="Possible automation: the label that an unusual day of it came from alone; the "
        "downloads count all the same.",
    )


class History(Dated):
    """A package's downloads over time."""

    package: str = field("Canonical name; __all__ is the whole ecosystem.", "requests")
    series: str = field("all, without_mirrors or both; the series not asked for is null.", "both")
    granularity: str = field("day, week (from Monday) or month.", "day")
    since: date = Field(alias="from", description="First day.")
    until: date = Field(alias="to", description="Last day.")
    points: list[Point]


class Share(BaseModel):
    """One label's part."""

    label: str = field("unknown: the installer did not tell.", "3.12")
    downloads: int = field("Downloads of the span.", 123_456)
    share: float = field("Part of all labels, 0 to 1.", 0.31)


class LabelSeries(BaseModel):
    """One label day by day."""

    label: str
    points: list[int | None] = field("One a day from first_day on; null is a missing day.", [1, 2])


class Breakdown(Dated):
    """Downloads by label."""

    package: str = field("Canonical name; __all__ is the whole ecosystem.", "requests")
    dimension: str = field("As asked for.", "python")
    days: int = field("Days of the span.", 30)
    first_day: date
    covered: float | None = field(
        "Part of the downloads that the labels hold, 0 to 1: seldom used packages are not broken "
        "down. Of all downloads for installer, installer_version and file_type, which count "
        "mirrors; without mirrors for the others. Null without downloads.",
        0.9931,
    )
    labels: list[Share] = field("The biggest first; all of them.")
    series: list[LabelSeries] = field("The biggest: twenty, or as many as asked for.")


class CompatibleRecent(Dated):
    """As pypistats.org answers."""

    data: dict[str, int] = field(
        "Downloads without mirrors.", {"last_day": 1, "last_week": 7, "last_month": 30}
    )
    package: str
    type: str = field("recent_downloads", "recent_downloads")


class CompatibleRow(BaseModel):
    """One day of one category."""

    category: str = field("without_mirrors, 3, 3.12, Linux and so on; null: not told.", "Linux")
    date: date
    downloads: int = field("Downloads of the day.", 1_234)


class CompatibleRows(Dated):
    """As pypistats.org answers."""

    data: list[CompatibleRow]
    package: str
    type: str = field("Which breakdown.", "system_downloads")
    covered: float | None = field(
        "Only of breakdowns of __all__: part of the downloads without mirrors that the rows hold, "
        "0 to 1; seldom used packages are not broken down.",
        0.9931,
        default=None,
    )


class PepyProject(Dated):
    """As pepy.tech answers."""

    id: str
    total_downloads: int = field("All downloads, mirrors included.", 9_564_000_000)
    versions: list[str] = field("Versions downloaded in the last 90 days.")
    downloads: dict[str, Any] = field(
        "By day and version, 90 days.", {"2026-06-30": {"2.34.0": 12_345}}
    )
