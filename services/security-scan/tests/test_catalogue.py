"""The advisory catalogue fits into messages and says what people search for."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from events import AdvisoriesObserved, Advisory, FindingKind
from events.topology import MAX_PAYLOAD
from security_scan import catalogue
from security_scan.archive import Bounds
from security_scan.index import Index

IndexOf = Callable[[list[Any]], Index]


def parts(index: Index) -> list[AdvisoriesObserved]:
    return list(catalogue.parts(index, Bounds(), "https://osv.example/", "run 1"))


def entries(index: Index) -> list[Advisory]:
    return [advisory for part in parts(index) for advisory in part.advisories]


def test_a_malicious_name_that_is_gone_from_pypi_is_in_the_catalogue(
    index_of: IndexOf, record: Any
) -> None:
    (entry,) = entries(index_of([record("MAL-1", "Reqeusts", versions=["1.0", "1.1"])]))
    assert entry.kind is FindingKind.MALICIOUS
    assert [(each.name, each.ranges) for each in entry.packages] == [
        ("reqeusts", ["==1.0", "==1.1"])
    ]
    assert entry.url == "https://osv.example/MAL-1"


def test_one_entry_tells_all_names_and_the_longest_known_text_of_a_flaw(
    index_of: IndexOf, record: Any
) -> None:
    (entry,) = entries(
        index_of(
            [
                record("PYSEC-1", "a", aliases=["CVE-1"], details="Told at length"),
                record("GHSA-1", "b", aliases=["CVE-1"], details=""),
            ]
        )
    )
    assert (entry.id, entry.aliases) == ("GHSA-1", ["CVE-1", "PYSEC-1"])
    assert entry.details == "Told at length"
    assert [each.name for each in entry.packages] == ["a", "b"]


@pytest.mark.parametrize("date", ["2026-05-02T00:00:00Z", "last week"])
def test_a_withdrawn_flaw_stays_in_the_catalogue_and_says_so(
    index_of: IndexOf, record: Any, date: str
) -> None:
    (entry,) = entries(index_of([record("MAL-1", withdrawn=date)]))
    assert entry.withdrawn is not None


def test_long_texts_are_cut_and_every_part_fits_into_a_message(
    index_of: IndexOf, record: Any
) -> None:
    documents = [
        record(
            f"GHSA-{n:04}",
            details="漢" * 5000,
            summary="漢" * 400,
            aliases=[f"CVE-{n}-{m}" for m in range(60)],
            events=[{kind: f"{m}.{n}"} for m in range(200) for kind in ("introduced", "fixed")][1:],
        )
        for n in range(300)
    ]
    index = index_of(documents)
    made = parts(index)
    assert [(part.part, part.parts) for part in made] == [(0, 2), (1, 2)]
    assert sum(len(part.advisories) for part in made) == 300
    assert max(len(msgspec.json.encode(part)) for part in made) < MAX_PAYLOAD - 100_000
    one = entries(index_of(documents[:1]))[0]
    assert len(one.details) == 2000
    assert len(one.summary) == 300


def test_broken_records_are_reported_with_every_part(index_of: IndexOf, record: Any) -> None:
    index = index_of([record("PYSEC-1"), record("PYSEC-2", events=[{"introduced": "9" * 999}])])
    (part,) = parts(index)
    assert (part.records, part.broken) == (2, ["PYSEC-2.json"])
