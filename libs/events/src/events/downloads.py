"""Download counts."""

from datetime import date
from enum import StrEnum

from events.base import Event, Message


class Dimension(StrEnum):
    """What downloads are broken down by."""

    PYTHON = "python"
    SYSTEM = "system"
    INSTALLER = "installer"
    COUNTRY = "country"
    VERSION = "version"
    FILE_TYPE = "file_type"
    INSTALLER_VERSION = "installer_version"
    """Name and version of the installer, as `pip 24.0`; BigQuery only."""
    CI = "ci"
    """`true`, or the empty string where the installer does not say; BigQuery only."""


class PackageDays(Message, frozen=True, kw_only=True, array_like=True):
    """One package's daily downloads, oldest first, as long as the batch's window."""

    name: str
    days: list[int]
    """All installers."""
    mirrors: list[int]
    """The part of `days` fetched by mirrors; empty means none on any day."""


class DailyDownloads(Event, frozen=True, kw_only=True):
    """About 1,000 packages by day.

    A day on which a package has no row counts 0; a day that the source itself lacks is named
    in `gaps` and says nothing about any package.
    """

    run_id: str
    seq: int
    first_day: date
    window_days: int
    packages: list[PackageDays]
    gaps: list[date] = []


class LabelDays(Message, frozen=True, kw_only=True, array_like=True):
    """One label's daily downloads of one package, oldest first."""

    label: str
    """The empty string is unknown."""
    days: list[int]


class PackageBreakdown(Message, frozen=True, kw_only=True, array_like=True):
    """One package's downloads by label."""

    name: str
    labels: list[LabelDays]


class DownloadBreakdown(Event, frozen=True, kw_only=True):
    """Packages broken down by one dimension, mirrors excluded (installer: included as labels)."""

    run_id: str
    seq: int
    dimension: Dimension
    first_day: date
    window_days: int
    packages: list[PackageBreakdown]
    gaps: list[date] = []
