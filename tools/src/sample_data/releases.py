"""Release histories that end at a package's latest version."""

from datetime import date, timedelta
from typing import NamedTuple

import numpy as np
from packaging.version import Version

from sample_data.catalogue import Package

CALENDAR_FROM = 2000
"""A first number from here on is a year, as in 2026.11.5."""


class Release(NamedTuple):
    """A version and the day it came out."""

    version: str
    day: date


def make_releases(package: Package, last_day: date, random: np.random.Generator) -> list[Release]:
    """The package's releases, newest first."""
    days = _release_days(package, last_day, random)
    latest = Version(package.version)
    if latest.major >= CALENDAR_FROM:
        return _by_calendar(days, numbered=len(latest.release) == 2)
    versions = _versions_down_from(package.version, len(days), random)
    return [Release(version, day) for version, day in zip(versions, days, strict=False)]


def _release_days(package: Package, last_day: date, random: np.random.Generator) -> list[date]:
    """From the latest release back to the first, at most one a day."""
    between = sorted(
        set(random.integers(package.quiet_days + 1, max(package.age_days, package.quiet_days + 2),
                            max(package.releases - 2, 0)).tolist())
    )  # fmt: skip
    ago = [package.quiet_days, *between]
    if package.releases > 1 and package.age_days > ago[-1]:
        ago.append(package.age_days)
    return [last_day - timedelta(days=days) for days in ago]


def _by_calendar(days: list[date], numbered: bool) -> list[Release]:
    """Named after their day, or numbered within their year."""
    if not numbered:
        return [Release(f"{day.year}.{day.month}.{day.day}", day) for day in days]
    releases: list[Release] = []
    for day in reversed(days):
        number = 1 + sum(release.day.year == day.year for release in releases)
        releases.append(Release(f"{day.year}.{number}", day))
    return releases[::-1]


def _versions_down_from(latest: str, count: int, random: np.random.Generator) -> list[str]:
    """Up to `count` versions, each lower than the one before it."""
    versions = [latest]
    pre = Version(latest).pre
    major, minor, patch = (*Version(latest).release, 0, 0)[:3]
    pre_number = pre[1] if pre else 0
    while len(versions) < count:
        if pre and pre_number > 0:
            pre_number -= 1
            versions.append(f"{major}.{minor}.{patch}{pre[0]}{pre_number}")
            continue
        lower = _next_lower(major, minor, patch, random)
        if lower is None:
            break
        major, minor, patch = lower
        pre_number = 2 if pre else 0
        versions.append(f"{major}.{minor}.{patch}{f'{pre[0]}2' if pre else ''}")
    return versions


def _next_lower(
    major: int, minor: int, patch: int, random: np.random.Generator
) -> tuple[int, int, int] | None:
    if patch > 0:
        return major, minor, patch - 1
    if minor > 0:
        return major, minor - 1, int(random.integers(0, 4))
    if major > 0:
        return major - 1, int(random.integers(3, 12)), int(random.integers(0, 4))
    return None
