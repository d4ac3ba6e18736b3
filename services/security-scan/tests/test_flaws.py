"""Records of one flaw count once."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from events import Severity
from security_scan.flaws import Flaw, join
from security_scan.records import Record, read_record
from security_scan.severity import Rating


def read(document: Any) -> Record:
    return read_record(f"{document['id']}.json", json.dumps(document).encode())


def joined(*documents: Any) -> list[Flaw]:
    return join(read(document) for document in documents)


def test_pysec_ghsa_and_cve_of_one_flaw_are_one(record: Any) -> None:
    (flaw,) = joined(
        record("PYSEC-2024-1", aliases=["CVE-2024-1"]),
        record("GHSA-aaaa", aliases=["CVE-2024-1"], summary="Better told"),
    )
    assert (flaw.id, flaw.aliases) == ("GHSA-aaaa", ["CVE-2024-1", "PYSEC-2024-1"])
    assert flaw.summary == "Better told"


def test_records_of_several_packages_with_one_alias_are_one_flaw_in_each(record: Any) -> None:
    fixed = [{"introduced": "0"}, {"fixed": "2"}]
    (flaw,) = joined(
        record("PYSEC-1", "tensorflow", aliases=["CVE-1"], events=fixed),
        record("PYSEC-2", "tensorflow-cpu", aliases=["CVE-1"], events=fixed),
    )
    assert flaw.names() == ["tensorflow", "tensorflow-cpu"]
    assert flaw.holds("tensorflow-cpu", "1.0")
    assert not flaw.holds("tensorflow-cpu", "2.0")
    assert not flaw.holds("tensorflow-gpu", "1.0")


def test_related_records_are_not_the_same_flaw(record: Any) -> None:
    assert len(joined(record("PYSEC-1", related=["PYSEC-2"]), record("PYSEC-2"))) == 2


def test_what_any_standing_record_says_is_affected_is_affected(record: Any) -> None:
    (flaw,) = joined(
        record("PYSEC-1", aliases=["CVE-1"], events=[{"introduced": "0"}, {"fixed": "1"}]),
        record("GHSA-1", aliases=["CVE-1"], events=[{"introduced": "0"}, {"fixed": "2"}]),
        record(
            "PYSEC-9",
            aliases=["CVE-1"],
            events=[{"introduced": "0"}],
            withdrawn="2024-01-01T00:00:00Z",
        ),
    )
    assert flaw.holds("flask", "1.5")
    assert not flaw.holds("flask", "2.0")
    assert flaw.withdrawn_at is None


def test_a_flaw_whose_records_are_all_withdrawn_affects_nothing(record: Any) -> None:
    (flaw,) = joined(
        record("MAL-1", events=[{"introduced": "0"}], withdrawn="2026-05-02T00:00:00Z")
    )
    assert flaw.withdrawn
    assert flaw.withdrawn_at is not None
    assert not flaw.holds("flask", "1.0")


def test_the_worst_standing_rating_and_the_first_publication_count(record: Any) -> None:
    (flaw,) = joined(
        record("PYSEC-1", aliases=["CVE-1"], published="2024-03-01T00:00:00Z"),
        record("GHSA-1", aliases=["CVE-1"], database_specific={"severity": "HIGH"}),
        record(
            "GHSA-2",
            aliases=["CVE-1"],
            database_specific={"severity": "CRITICAL"},
            published="2020-01-01T00:00:00Z",
            withdrawn="2024-01-01T00:00:00Z",
        ),
    )
    assert flaw.rating == Rating(Severity.HIGH)
    assert flaw.published is not None
    assert flaw.published.year == 2024


@given(
    st.lists(st.tuples(st.integers(0, 12), st.lists(st.integers(0, 12), max_size=3)), max_size=12)
)
def test_records_are_together_exactly_if_a_chain_of_identifiers_links_them(
    links: list[tuple[int, list[int]]],
) -> None:
    documents = [
        {"id": f"R{place}-{own}", "aliases": [f"A{alias}" for alias in (own, *aliases)]}
        for place, (own, aliases) in enumerate(links)
    ]
    flaws = joined(*documents)
    together = {frozenset(record.id for record in flaw.records) for flaw in flaws}
    assert together == _components(documents)


def _components(documents: list[Any]) -> set[frozenset[str]]:
    """Merge sets that share an alias until none do."""
    found: list[tuple[set[str], set[str]]] = []
    for document in documents:
        ids, aliases = {document["id"]}, set(document["aliases"])
        for other in [each for each in found if each[1] & aliases]:
            found.remove(other)
            ids |= other[0]
            aliases |= other[1]
        found.append((ids, aliases))
    return {frozenset(ids) for ids, _ in found}
