"""Lists of names in files, as the commands read them."""

import gzip
from collections.abc import Iterator
from pathlib import Path


def lines(path: Path) -> Iterator[str]:
    """Yield the lines of a text file that may be packed (`.gz`), without what ends them."""
    opening = gzip.open if path.suffix == ".gz" else open
    with opening(path, "rt", encoding="utf-8") as file:
        for line in file:
            if text := line.rstrip("\r\n"):
                yield text


def ranked(path: Path) -> dict[str, int]:
    """Return names with their rank from tab-separated lines `rank, name, ...`."""
    found = {}
    for line in lines(path):
        rank, name, *_ = line.split("\t")
        if rank.isdecimal():  # a header is not
            found[name] = int(rank)
    return found


def first_column(path: Path) -> list[str]:
    """Return the first column of tab-separated lines, without the header."""
    return [line.split("\t")[0] for line in lines(path)][1:]
