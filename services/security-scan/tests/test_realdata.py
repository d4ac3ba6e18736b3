"""Figures on real archives and names, where they lie beside the checkout."""

import gzip
import json
import time
import zipfile
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from packaging.version import InvalidVersion, Version

from evaluation import security as evaluate
from security_scan.archive import Bounds
from security_scan.index import read_index
from security_scan.lookalike.judge import POPULAR, Judge
from security_scan.lookalike.lists import first_column, lines, ranked
from security_scan.records import canonical

pytestmark = pytest.mark.realdata

SECONDS_FOR_ALL_NAMES = 15.0
"""Of one core."""


def shared(*parts: str) -> Path:
    """Return a path in the folder of real data, or skip the test."""
    for parent in Path(__file__).resolve().parents:
        path = parent.joinpath("shared", "data", *parts)
        if path.exists():
            return path
    pytest.skip(f"the real data set {'/'.join(parts)} is not beside the checkout")


def inside(ranges: list[Any], version: str) -> bool:
    """Whether the version is in a range, by packaging alone and pair by pair."""
    if not _is_version(version):
        return False
    return any(_holds(r["events"], Version(version)) for r in ranges if r["type"] != "GIT")


def _holds(events: list[dict[str, str]], point: Version) -> bool:
    starts = (_version(each["introduced"]) for each in events if "introduced" in each)
    begun = max((start for start in starts if start <= point), default=None)
    fixes = [Version(each["fixed"]) for each in events if _is_version(each.get("fixed"))]
    last = [Version(each["last_affected"]) for each in events if "last_affected" in each]
    if begun is None or any(begun < fix <= point for fix in fixes):
        return False
    return not any(begun <= end < point for end in last)


def _version(text: str) -> Version:
    return Version("0.dev0") if text == "0" else Version(text)


def _is_version(text: str | None) -> bool:
    try:
        return text is not None and bool(Version(text))
    except InvalidVersion:
        return False


def test_every_version_a_record_names_is_matched_and_no_other_without_a_range() -> None:
    path = shared("osv", "PyPI", "all.zip")
    with zipfile.ZipFile(path) as archive:
        documents = [json.loads(archive.read(name)) for name in archive.namelist()]
    named: defaultdict[str, set[str]] = defaultdict(set)
    said: defaultdict[tuple[str, str], list[Any]] = defaultdict(list)
    for document in documents:
        for each in document["affected"]:
            name = canonical(each["package"]["name"])
            named[name].update(each.get("versions", []))
            said[document["id"], name].append(each)

    index = read_index(path, Bounds())
    compared = beyond = 0
    for record in (record for flaw in index.flaws for record in flaw.records):
        for affected in record.affected:
            entries = said[record.id, affected.name]
            own = {version for each in entries for version in each.get("versions", [])}
            for version in named[affected.name]:
                compared += 1
                matched = affected.holds(version)
                assert matched or version not in own, (record.id, affected.name, version)
                if matched and version not in own:
                    beyond += 1
                    ranges = [r for each in entries for r in each.get("ranges", [])]
                    assert inside(ranges, version), (record.id, affected.name, version)
    assert index.broken == {}
    assert compared > 250_000
    assert beyond / compared < 0.01


def test_the_archive_joins_its_records_into_fewer_flaws_and_none_is_lost() -> None:
    index = read_index(shared("osv", "PyPI", "all.zip"), Bounds())
    ids = [record.id for flaw in index.flaws for record in flaw.records]
    assert len(ids) == len(set(ids)) == index.readable
    assert len(index.flaws) < index.readable
    assert max(len(flaw.records) for flaw in index.flaws) < 10


def test_two_thirds_of_names_near_a_popular_one_are_found_with_few_live_ones_flagged(
    tmp_path: Path,
) -> None:
    folder, popular = shared("typosquat"), shared("names", "top_15000.tsv")
    near = first_column(folder / "malicious_near_popular.tsv")
    live = list(lines(folder / "live_names_sample.txt"))
    (tmp_path / "names.txt").write_text("\n".join([*near, *live]))
    evaluate.typosquat(tmp_path / "names.txt", popular, tmp_path / "flagged.txt")
    flagged = set(lines(tmp_path / "flagged.txt"))
    assert sum(name in flagged for name in near) / len(near) >= 0.65
    assert sum(name in flagged for name in live) / len(live) <= 2_000 / 886_323


def test_all_names_are_judged_in_time_and_none_of_the_most_used_is_flagged() -> None:
    ranks = ranked(shared("names", "top_15000.tsv"))
    with gzip.open(shared("names", "all_names.txt.gz"), "rt") as file:
        names = file.read().split()
    judge = Judge([name for name, rank in ranks.items() if rank <= POPULAR])
    started = time.process_time()
    flagged = {name for name in names if judge.close(name, ranks.get(name))}
    seconds = time.process_time() - started
    assert not flagged & set(ranks)
    assert len(flagged) <= 2_000
    assert seconds < SECONDS_FOR_ALL_NAMES
    assert 1000 * seconds / len(names) < 1.0
