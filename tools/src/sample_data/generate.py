"""The recipe of the invented data set."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from sample_data.advisories import advisory_records, pypi_vulnerabilities
from sample_data.breakdowns import MIRROR_LABEL, History, long_frame, make_breakdowns
from sample_data.catalogue import make_catalogue
from sample_data.folder import (
    DatasetCard,
    write_advisories,
    write_breakdown,
    write_card,
    write_downloads,
    write_lines,
)
from sample_data.github_documents import github_documents
from sample_data.pypi_documents import FIRST_SERIAL, json_document, simple_document
from sample_data.releases import make_releases
from sample_data.series import DailyCounts, make_counts
from sample_data.stories import STORIES

STORY_NAMES = frozenset(story.name for story in STORIES)

HEAD_PACKAGES = 300
HEAD_DAYS = 120
"""Breakdowns are made for so many packages and days, so that their files stay small."""


def last_days(last_day: date, count: int) -> list[date]:
    """So many days in a row up to the last one."""
    return [last_day - timedelta(days=ago) for ago in reversed(range(count))]


def generate(
    folder: Path, packages: int, days: list[date], seed: int, downloads_only: bool = False
) -> DatasetCard:
    """Write the data set into `folder` and say what is in it; same arguments, same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(seed)
    history = _invent(packages, days, random)
    _write_series(folder, history, random)
    if not downloads_only:
        _write_documents(folder, history, random)
    card = DatasetCard(
        name=f"sample of {packages} packages",
        sample=True,
        first_day=days[0],
        last_day=days[-1],
        packages=packages,
        seed=seed,
    )
    write_card(folder, card)
    return card


def _invent(count: int, days: list[date], random: np.random.Generator) -> History:
    packages = make_catalogue(count, days[-1], random)
    counts = make_counts(packages, days, random)
    releases = [make_releases(package, days[-1], random) for package in packages]
    return History(packages, days, counts, releases)


def _write_series(folder: Path, history: History, random: np.random.Generator) -> None:
    names = [package.name for package in history.packages]
    counts = history.counts
    daily = long_frame(names, history.days, [""], counts.total[:, :, None]).drop("label")
    write_downloads(folder, daily)
    breakdowns = make_breakdowns(_head(history), random)
    mirrors = long_frame(names, history.days, [MIRROR_LABEL], counts.mirrors[:, :, None])
    breakdowns["installer"] = _with_mirrors(breakdowns["installer"], mirrors)
    for dimension, frame in breakdowns.items():
        write_breakdown(folder, dimension, frame)


def _write_documents(folder: Path, history: History, random: np.random.Generator) -> None:
    last_day = history.days[-1]
    repositories = github_documents(history.packages, history.releases, last_day, random)
    write_lines(folder / "pypi.jsonl.gz", _pypi_lines(history))
    write_lines(folder / "github.jsonl.gz", repositories)
    write_advisories(folder, advisory_records(last_day))


def _head(history: History) -> History:
    """The most downloaded packages and every one with a story, over the newest days."""
    totals = history.counts.total[:, -30:].sum(axis=1)
    top = np.argsort(-totals, kind="stable")[:HEAD_PACKAGES].tolist()
    told = [row for row, one in enumerate(history.packages) if one.name in STORY_NAMES]
    rows = sorted({*top, *told})
    days = history.days[-HEAD_DAYS:]
    return History(
        [history.packages[row] for row in rows],
        days,
        DailyCounts(
            history.counts.users[rows, -len(days) :],
            history.counts.mirrors[rows, -len(days) :],
            history.counts.spike[rows, -len(days) :],
        ),
        [history.releases[row] for row in rows],
    )


def _with_mirrors(head: pl.DataFrame, mirrors: pl.DataFrame) -> pl.DataFrame:
    """All labels of the head, and the mirrors of every package over all days, each row once."""
    keys = ["project", "day", "label"]
    return pl.concat([head, mirrors]).unique(keys, keep="first").sort(keys)


def _pypi_lines(history: History) -> Iterator[dict[str, Any]]:
    """A package that is gone has no line: its address answers 404."""
    both = zip(history.packages, history.releases, strict=True)
    for number, (package, releases) in enumerate(both):
        if package.gone:
            continue
        serial = FIRST_SERIAL + 17 * number
        flaws = pypi_vulnerabilities(package.name)
        document = json_document(package, releases, serial, flaws)
        simple = simple_document(package, document)
        line = {"name": package.name, "json": document}
        yield {**line, "simple": simple} if simple else line
