"""Daily download counts: trend, week, holidays, noise, and the incidents."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

from sample_data.catalogue import Package
from sample_data.stories import SPIKED_NAME

Counts = npt.NDArray[np.int64]

DAYS_A_YEAR = 365.25
DAYS_A_MONTH = 30.4

MISSING_DAYS_AGO = (20, 162, 163)
"""Days that the source lost for every package, counted back from the last day."""

SPIKE_DAYS_AGO = (12, 11)
SPIKE_FACTOR = 13
"""So many times the usual came on top, by one installer."""

MIRROR_RELEASE_BURST = 25
"""A mirror fetches a new release at once and everywhere."""


@dataclass(frozen=True)
class DailyCounts:
    """Downloads of packages (rows) by day (columns, oldest first)."""

    users: Counts
    mirrors: Counts
    spike: Counts
    """The part of `users` that the incident added; zero for all but one package."""

    @property
    def total(self) -> Counts:
        """What a source that counts every installer says."""
        return np.asarray(self.users + self.mirrors)


def make_counts(
    packages: list[Package], days: list[date], random: np.random.Generator
) -> DailyCounts:
    """The counts of `packages` on `days`, incidents included."""
    expected = _expected(packages, days)
    noisy = expected * np.exp(_noise(packages, len(days), random))
    users = random.poisson(np.minimum(noisy, 1e9)).astype(np.int64)
    spike = _spike(packages, users)
    users += spike
    mirrors = _mirrors(packages, days, random)
    alive = _alive(packages, days) & ~missing(days)
    return DailyCounts(users * alive, mirrors * alive, spike * alive)


def missing(days: list[date]) -> npt.NDArray[np.bool_]:
    """Which of the days the source lost."""
    lost = {days[-1] - timedelta(days=ago) for ago in MISSING_DAYS_AGO if ago < len(days) - 1}
    return np.array([day in lost for day in days])


def _expected(packages: list[Package], days: list[date]) -> npt.NDArray[np.float64]:
    ago = np.arange(len(days))[::-1]
    daily = np.array([package.monthly / DAYS_A_MONTH for package in packages])
    growth = np.array([package.yearly_growth for package in packages])
    trend = growth[:, None] ** (-ago[None, :] / DAYS_A_YEAR)
    return np.asarray(daily[:, None] * trend * _week(packages, days) * _holidays(days)[None, :])


def _week(packages: list[Package], days: list[date]) -> npt.NDArray[np.float64]:
    """Factor by weekday, Sunday a little above Saturday, the whole week averaging one."""
    weekend = np.array([package.weekend for package in packages])
    ones = np.ones_like(weekend)
    week = np.stack(
        [ones, 1.04 * ones, 1.05 * ones, 1.03 * ones, 0.97 * ones, weekend, 1.03 * weekend], axis=1
    )
    week /= week.mean(axis=1, keepdims=True)
    return week[:, [day.weekday() for day in days]]


def _holidays(days: list[date]) -> npt.NDArray[np.float64]:
    """The quiet weeks of the year."""
    return np.array(
        [0.72 if (day.month, day.day) >= (12, 23) or (day.month, day.day) <= (1, 2) else 1.0
         for day in days]
    )  # fmt: skip


def _noise(
    packages: list[Package], days: int, random: np.random.Generator
) -> npt.NDArray[np.float64]:
    """The whole ecosystem's mood of the day and each package's own; small ones vary more."""
    width = np.array([0.04 + 0.5 / np.log10(package.monthly + 10) ** 2 for package in packages])
    own = random.standard_normal((len(packages), days)) * width[:, None]
    return np.asarray(own + random.normal(0, 0.015, days)[None, :])


def _spike(packages: list[Package], users: Counts) -> Counts:
    spike = np.zeros_like(users)
    for row, package in enumerate(packages):
        if package.name == SPIKED_NAME:
            columns = [users.shape[1] - 1 - ago for ago in SPIKE_DAYS_AGO if ago < users.shape[1]]
            spike[row, columns] = users[row, columns] * SPIKE_FACTOR
    return spike


def _mirrors(packages: list[Package], days: list[date], random: np.random.Generator) -> Counts:
    """Mirrors copy every package alike: some files a day, and a burst with each release."""
    rate = np.array(
        [0.15 * package.releases + package.monthly**0.35 * 0.12 for package in packages]
    )
    counts = random.poisson(np.broadcast_to(rate[:, None], (len(packages), len(days))))
    for row, package in enumerate(packages):
        if package.quiet_days < len(days):
            counts[row, len(days) - 1 - package.quiet_days] += MIRROR_RELEASE_BURST
    return counts.astype(np.int64)


def _alive(packages: list[Package], days: list[date]) -> npt.NDArray[np.bool_]:
    ago = np.arange(len(days))[::-1]
    age = np.array([package.age_days for package in packages])
    return np.asarray(ago[None, :] <= age[:, None])
