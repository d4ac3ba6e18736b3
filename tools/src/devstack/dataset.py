"""The data set that is played: made when it is the sample, and which day it ends with."""

import asyncio
import shutil
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl

from devstack.failure import StackError
from devstack.layout import Layout, dataset_folder, sample_folder
from devstack.servers.database import finish
from devstack.settings import StackSettings
from events.runs import RunKind

DAILY = "downloads_daily.parquet"

WANTED = {
    RunKind.DOWNLOADS: DAILY,
    RunKind.BACKFILL: DAILY,
    RunKind.METADATA: "pypi.jsonl.gz",
    RunKind.SECURITY: "osv/PyPI/all.zip",
}
"""The file of a data set without which there is nothing to collect of a kind."""


def made(settings: StackSettings) -> bool:
    """Say whether there is a data set to play; StackError when the chosen folder is not there."""
    if settings.sources == "live":
        return True
    if settings.dataset is None:
        return sample_folder(settings).is_dir()
    if not settings.dataset.is_dir():
        raise StackError(f"there is no data set: {settings.dataset} is not a folder")
    return True


async def make_sample(settings: StackSettings, layout: Layout, environment: dict[str, str]) -> None:
    """Generate the sample, whole or not at all."""
    folder = sample_folder(settings)
    draft = folder.with_name(f".{folder.name}.new")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    command = [sys.executable, "-m", "sample_data", "--out", str(draft)]
    command += ["--packages", str(settings.sample_packages), "--days", str(settings.sample_days)]
    command += ["--seed", str(settings.sample_seed)]
    await finish("generating the sample data", command, environment, layout.log_file("sample"))
    draft.rename(folder)


def lacking(settings: StackSettings, kind: RunKind) -> str:
    """Name the file that the data set would need for a kind and does not have; else nothing."""
    folder = dataset_folder(settings)
    there = settings.sources == "live" or (folder / WANTED[kind]).exists()
    return "" if there else WANTED[kind]


async def last_day(settings: StackSettings) -> date:
    """Return the newest day the sources can have: the data set's last, or yesterday (UTC)."""
    folder = dataset_folder(settings)
    if settings.sources == "live" or not (folder / DAILY).exists():
        return datetime.now(UTC).date() - timedelta(days=1)
    return await asyncio.to_thread(_day, folder / DAILY, pl.col("day").max())


async def first_day(settings: StackSettings) -> date | None:
    """Return the oldest day of the data set; none where the real sources are read."""
    folder = dataset_folder(settings)
    if settings.sources == "live" or not (folder / DAILY).exists():
        return None
    return await asyncio.to_thread(_day, folder / DAILY, pl.col("day").min())


def _day(file: Path, which: pl.Expr) -> date:
    day = pl.scan_parquet(file).select(which).collect().item()
    if not isinstance(day, date):
        raise StackError(f"{file} holds no days")
    return day
