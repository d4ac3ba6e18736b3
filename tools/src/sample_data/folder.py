"""Writes a data set's files, the same bytes for the same content."""

import gzip
import zipfile
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import polars as pl

Document = dict[str, Any]

FIXED_ZIP_DATE = (2026, 1, 1, 0, 0, 0)
"""A zip archive dates its members; a fixed date keeps its bytes the same."""


class DatasetCard(msgspec.Struct, frozen=True, kw_only=True):
    """`dataset.json`: what the folder holds."""

    name: str
    sample: bool
    first_day: date
    last_day: date
    packages: int
    seed: int | None = None


def write_card(folder: Path, card: DatasetCard) -> None:
    """Write `dataset.json`."""
    (folder / "dataset.json").write_bytes(msgspec.json.format(msgspec.json.encode(card)) + b"\n")


def write_downloads(folder: Path, frame: pl.DataFrame) -> None:
    """Write `downloads_daily.parquet`: project, day, downloads."""
    frame.write_parquet(folder / "downloads_daily.parquet", compression="zstd")


def write_breakdown(folder: Path, dimension: str, frame: pl.DataFrame) -> None:
    """Write `downloads_by_<dimension>.parquet`: project, day, label, downloads."""
    frame.write_parquet(folder / f"downloads_by_{dimension}.parquet", compression="zstd")


def write_lines(path: Path, documents: Iterable[Document]) -> None:
    """Write gzipped JSON lines without a time stamp or file name in the gzip header."""
    with (
        path.open("wb") as raw,
        gzip.GzipFile("", "wb", compresslevel=4, fileobj=raw, mtime=0) as packed,
    ):
        encoder = msgspec.json.Encoder()
        for document in documents:
            packed.write(encoder.encode(document) + b"\n")


def write_advisories(folder: Path, records: list[Document]) -> None:
    """Write `osv/PyPI/all.zip` and `modified_id.csv`, newest first, as OSV's bucket has them."""
    bucket = folder / "osv" / "PyPI"
    bucket.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(bucket / "all.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for record in sorted(records, key=lambda record: str(record["id"])):
            member = zipfile.ZipInfo(f"{record['id']}.json", FIXED_ZIP_DATE)
            member.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(member, msgspec.json.encode(record))
    newest_first = sorted(records, key=lambda record: str(record["modified"]), reverse=True)
    lines = "".join(f"{record['modified']},{record['id']}\n" for record in newest_first)
    (bucket / "modified_id.csv").write_text(lines, encoding="utf-8")
