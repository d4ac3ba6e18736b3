"""Downloads of the head of the list by label; a day's labels sum to the day's downloads."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import polars as pl

from sample_data.catalogue import Package
from sample_data.releases import Release
from sample_data.series import Counts, DailyCounts

MIRROR_LABEL = "bandersnatch"
SPIKE_LABEL = "requests"
UNKNOWN = ""
"""What a mirror leaves empty, and what some clients do not tell."""

Weights = npt.NDArray[np.float64]

PYTHON = {"3.12": 0.24, "3.11": 0.2, "3.13": 0.17, "3.10": 0.13, "3.9": 0.09, UNKNOWN: 0.06,
          "3.8": 0.04, "3.14": 0.03, "3.7": 0.02, "3.6": 0.01, "2.7": 0.01}  # fmt: skip
SYSTEM = {"Linux": 0.86, "Windows": 0.06, "Darwin": 0.045, UNKNOWN: 0.034, "FreeBSD": 0.001}
INSTALLER = {"pip": 0.53, "uv": 0.42, "poetry": 0.022, UNKNOWN: 0.01, SPIKE_LABEL: 0.008,
             "Bazel": 0.004, "Nexus": 0.003, "pdm": 0.003}  # fmt: skip
COUNTRY = {"US": 0.55, "DE": 0.07, "IE": 0.05, "GB": 0.04, "IN": 0.04, "SG": 0.035, "FR": 0.03,
           "JP": 0.03, "NL": 0.03, "CA": 0.025, "BR": 0.02, "AU": 0.018, "KR": 0.015, "CN": 0.012,
           "PL": 0.01, "SE": 0.01, "ES": 0.008, UNKNOWN: 0.007}  # fmt: skip
FILE_TYPE = {"bdist_wheel": 0.94, "sdist": 0.06}

VERSIONS_SHOWN = 8
ADOPTION_DAYS = 20.0
"""A new release has taken about two thirds of its share after so many days."""


@dataclass(frozen=True)
class History:
    """Packages, days, and what happened to those on these."""

    packages: list[Package]
    days: list[date]
    counts: DailyCounts
    releases: list[list[Release]]


def make_breakdowns(head: History, random: np.random.Generator) -> dict[str, pl.DataFrame]:
    """project, day, label, downloads by dimension; `installer` covers the head only."""
    usual = {
        "python": (PYTHON, _users_with_mirrors_unknown),
        "system": (SYSTEM, _users_with_mirrors_unknown),
        "installer": (INSTALLER, _by_installer),
        "country": (COUNTRY, _everyone),
        "file_type": (FILE_TYPE, _everyone),
    }
    frames = {
        dimension: _by_shares(head, shares, place, random)
        for dimension, (shares, place) in usual.items()
    }
    return {**frames, "version": _by_version(head)}


Placed = tuple[Counts, dict[str, Counts]]
"""What is spread over all labels, and what belongs to one label alone."""


def _everyone(counts: DailyCounts) -> Placed:
    return counts.total, {}


def _users_with_mirrors_unknown(counts: DailyCounts) -> Placed:
    return counts.users, {UNKNOWN: counts.mirrors}


def _by_installer(counts: DailyCounts) -> Placed:
    return counts.users - counts.spike, {SPIKE_LABEL: counts.spike, MIRROR_LABEL: counts.mirrors}


def _by_shares(
    head: History,
    shares: dict[str, float],
    place: Callable[[DailyCounts], Placed],
    random: np.random.Generator,
) -> pl.DataFrame:
    """Every package leans its own way from the usual shares and wavers a little by day."""
    spread, alone = place(head.counts)
    labels = [*shares, *(label for label in alone if label not in shares)]
    lean = np.exp(random.normal(0, 0.35, (len(head.packages), 1, len(shares))))
    waver = np.exp(random.normal(0, 0.04, (1, len(head.days), len(shares))))
    parts = apportion(spread, np.array(list(shares.values())) * lean * waver)
    by_label = {label: parts[:, :, column] for column, label in enumerate(shares)}
    for label, counts in alone.items():
        by_label[label] = by_label.get(label, np.zeros_like(counts)) + counts
    return long_frame(
        [package.name for package in head.packages],
        head.days,
        labels,
        np.stack([by_label[label] for label in labels], axis=2),
    )


def _by_version(head: History) -> pl.DataFrame:
    frames = [
        long_frame([package.name], head.days, labels, parts[None, :, :])
        for package, total, releases in zip(
            head.packages, head.counts.total, head.releases, strict=True
        )
        for labels, parts in [_versions_of(releases, head.days, total)]
    ]
    return pl.concat(frames)


def _versions_of(
    releases: list[Release], days: list[date], total: Counts
) -> tuple[list[str], Counts]:
    newest = releases[:VERSIONS_SHOWN]
    ages = np.array([[(day - release.day).days for release in newest] for day in days], dtype=float)
    adopted = np.where(ages < 0, 0.0, 1 - np.exp(-(ages + 1) / ADOPTION_DAYS))
    rank = np.array([0.55**place for place in range(len(newest))])
    weights = adopted * rank + np.where(np.arange(len(newest)) == len(newest) - 1, 1e-9, 0.0)
    return [release.version for release in newest], apportion(total, weights)


def apportion(totals: Counts, weights: Weights) -> Counts:
    """Whole parts of each total in proportion to its weights (last axis), summing to it exactly."""
    shares = weights / weights.sum(axis=-1, keepdims=True)
    parts: Counts = np.floor(totals[..., None] * shares).astype(np.int64)
    largest = shares.argmax(axis=-1)[..., None]
    left_over = totals - parts.sum(axis=-1)
    np.put_along_axis(
        parts, largest, np.take_along_axis(parts, largest, -1) + left_over[..., None], -1
    )
    return parts


def long_frame(
    names: list[str], days: list[date], labels: list[str], parts: Counts
) -> pl.DataFrame:
    """One row for each package, day and label that was downloaded at all."""
    rows, columns, places = np.nonzero(parts)
    return pl.DataFrame(
        {
            "project": pl.Series(names, dtype=pl.String).gather(rows),
            "day": pl.Series(days, dtype=pl.Date).gather(columns),
            "label": pl.Series(labels, dtype=pl.String).gather(places),
            "downloads": parts[rows, columns, places],
        }
    )
