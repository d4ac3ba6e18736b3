"""A package's releases out of PyPI's lists of files."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from packaging.utils import (
    InvalidSdistFilename,
    InvalidWheelFilename,
    parse_sdist_filename,
    parse_wheel_filename,
)
from packaging.version import InvalidVersion, Version

from events import Release
from ingest_github.json_fields import items, mapping, moment, text

MOST_RELEASES = 50
"""The newest are kept; counts and first dates are over all."""

_OLD_FILE = re.compile(
    r".+?-(\d[\w.!+]*?)(?:-py\d.*|\.(?:linux|win|macosx).*)?\.(?:egg|exe|msi|rpm|tgz|tar\.bz2|tar\.Z)"
)
"""Kinds of file that PyPI no longer takes; packaging does not read their names."""

YEAR = timedelta(days=365)


@dataclass(frozen=True)
class History:
    """All releases, newest first by day of upload, then by version."""

    releases: list[Release]

    @property
    def newest_day(self) -> date | None:
        """Day of the newest upload."""
        return max(self._days(), default=None)

    @property
    def first_day(self) -> date | None:
        """Day of the oldest upload."""
        return min(self._days(), default=None)

    def in_year_before(self, day: date) -> int:
        """Count releases in the 365 days that end with `day`."""
        return sum(day - YEAR < released <= day for released in self._days())

    def _days(self) -> Iterator[date]:
        return (release.day for release in self.releases if release.day)


def history_of_document(releases: Any, version: str | None, urls: Any) -> History:
    """Read the JSON API's `releases`; without it, `urls` tells of the latest version alone."""
    by_version = {name: items(files) for name, files in mapping(releases).items()}
    if version and not by_version.get(version):
        by_version[version] = items(urls)
    return _history(by_version)


def history_of_index(versions: Any, files: Any) -> History:
    """Read the Simple API's list of files, each named after its version."""
    by_version: dict[str, list[Any]] = {v: [] for v in items(versions) if isinstance(v, str)}
    for file in map(mapping, items(files)):
        version = _version_of_file(file.get("filename"))
        if version is not None:
            by_version.setdefault(_spelling(version, by_version), []).append(file)
    return _history(by_version)


def _history(files: dict[str, list[Any]]) -> History:
    """Order the versions that have a file; one without is a release taken back."""
    releases = [_release(version, listed) for version, listed in files.items() if listed]
    oldest_first = sorted(releases, key=lambda each: (each.day or date.min, _order(each.version)))
    return History(oldest_first[::-1])


def _release(version: str, files: list[Any]) -> Release:
    """Return a release; it is yanked when every one of its files is."""
    known = [mapping(file) for file in files]
    uploads = [day for file in known if (day := _uploaded(file))]
    yanked = bool(known) and all(file.get("yanked") not in (None, False) for file in known)
    return Release(
        version=version[:100],
        day=min(uploads, default=None),
        yanked=yanked,
        yanked_reason=_yanked_reason(known[0]) if yanked else None,
        prerelease=_is_prerelease(version),
    )


def _uploaded(file: Any) -> date | None:
    for field in ("upload_time_iso_8601", "upload_time", "upload-time"):
        when = moment(file.get(field))
        if when:
            return when.date()
    return None


def _yanked_reason(file: Any) -> str | None:
    """Return the reason: a field of its own in the JSON API, the flag itself in the Simple one."""
    return text(file.get("yanked_reason"), 200) or text(file.get("yanked"), 200)


def _is_prerelease(version: str) -> bool:
    try:
        return Version(version).is_prerelease
    except InvalidVersion:
        return False


def _order(version: str) -> tuple[bool, Version | str]:
    """Order versions by PEP 440; whatever is none comes before them, by text."""
    try:
        return True, Version(version)
    except InvalidVersion:
        return False, version


def _version_of_file(filename: object) -> Version | None:
    if not isinstance(filename, str):
        return None
    try:
        if filename.endswith(".whl"):
            return parse_wheel_filename(filename)[1]
        if old := _OLD_FILE.fullmatch(filename):
            return Version(old[1])
        return parse_sdist_filename(filename)[1]
    except (InvalidWheelFilename, InvalidSdistFilename, InvalidVersion):
        return None


def _spelling(version: Version, spellings: Iterable[str]) -> str:
    """Return the listed spelling of a version, `1.0` for a file named 1.0.0."""
    if str(version) in spellings:
        return str(version)
    return next((each for each in spellings if _order(each) == (True, version)), str(version))
