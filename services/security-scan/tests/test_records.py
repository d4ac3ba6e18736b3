"""What is read from one record, and what a bad one costs."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from security_scan.records import BrokenRecordError, Record, read_details, read_record


def read(document: object) -> Record:
    return read_record("X.json", json.dumps(document).encode())


def about(record: Record, version: str) -> bool:
    (affected,) = record.affected
    return affected.holds(version)


def test_a_version_named_or_inside_a_range_is_affected(record: Any) -> None:
    found = read(
        record("PYSEC-1", versions=["3.0", "0.9-Old"], events=[{"introduced": "0"}, {"fixed": "2"}])
    )
    affected = [v for v in ("1.5", "2.0", "3", "3.0.0", "0.9-old", "4") if about(found, v)]
    assert affected == ["1.5", "3", "3.0.0", "0.9-old"]


def test_git_ranges_say_nothing_about_versions_and_semver_ranges_do(record: Any) -> None:
    document = record("PYSEC-1")
    document["affected"][0]["ranges"] = [
        {"type": "GIT", "events": [{"introduced": "0"}]},
        {"type": "SEMVER", "events": [{"introduced": "2"}, {"fixed": "3"}]},
    ]
    found = read(document)
    assert [v for v in ("1", "2", "2.9", "3") if about(found, v)] == ["2", "2.9"]


def test_entries_of_one_package_are_joined_whatever_its_spelling(record: Any) -> None:
    document = record("GHSA-1", "Jinja2.Ext", events=[{"introduced": "0"}, {"fixed": "1"}])
    again = record("GHSA-1", "jinja2_ext", events=[{"introduced": "2"}, {"fixed": "3"}])
    document["affected"] += again["affected"]
    found = read(document)
    (affected,) = found.affected
    assert affected.name == "jinja2-ext"
    assert affected.ranges == ("<1", ">=2, <3")
    assert affected.fixed == ("1", "3")


def test_packages_of_other_ecosystems_are_left_out(record: Any) -> None:
    document = record("GHSA-1", "lodash", events=[{"introduced": "0"}])
    document["affected"][0]["package"]["ecosystem"] = "npm"
    assert read(document).affected == ()


def test_a_record_says_what_it_affects_in_words_that_people_read(record: Any) -> None:
    events = [{"introduced": "1.2"}, {"last_affected": "1.4"}, {"introduced": "2"}]
    assert read(record("X-1", events=events)).affected[0].ranges == (">=1.2, <=1.4", ">=2")
    assert read(record("X-1", events=[{"introduced": "0"}])).affected[0].ranges == ("*",)
    named = read(record("MAL-1", versions=["0.10", "0.9"]))
    assert named.affected[0].ranges == ("==0.9", "==0.10")


def test_unknown_fields_and_nulls_do_no_harm(record: Any) -> None:
    document = record("PYSEC-1", versions=["1"], aliases=None, severity=None, new={"deep": [1]})
    document["references"] = "not even a list"
    document["database_specific"] = {"severity": ["odd"]}
    document["affected"][0]["ranges"] = None
    document["affected"][0]["ecosystem_specific"] = 7
    assert about(read(document), "1")


def test_a_withdrawal_counts_even_if_its_date_cannot_be_read(record: Any) -> None:
    assert read(record("MAL-1", withdrawn="2026-05-02T00:00:00Z")).withdrawn_at == datetime(
        2026, 5, 2, tzinfo=UTC
    )
    unreadable = read(record("MAL-1", withdrawn="last week"))
    assert (unreadable.withdrawn, unreadable.withdrawn_at) == (True, None)


@pytest.mark.parametrize(
    "date", ["0001-01-01T00:00:00Z", "soon", 5, None, "9999-12-31T23:59:59-09:00"]
)
def test_a_date_that_nobody_can_mean_is_none(record: Any, date: object) -> None:
    assert read(record("PYSEC-1", modified=date, published=date)).modified is None


def test_without_a_summary_the_text_gives_one_of_at_most_300_characters(record: Any) -> None:
    found = read(record("PYSEC-1", summary=None, details="First\n\nline. " + "x" * 1000))
    assert found.summary.startswith("First line. xxx")
    assert len(found.summary) == 300


def test_ten_megabytes_of_text_are_cut_not_kept(record: Any) -> None:
    document = record("PYSEC-1", versions=["1"], details="é" * 10_000_000)
    body = json.dumps(document).encode()
    assert about(read_record("X.json", body), "1")
    assert read_details(body, 2000) == "é" * 2000


def test_an_alias_list_that_would_join_everything_joins_nothing(record: Any) -> None:
    assert read(record("X-1", aliases=[f"CVE-{n}" for n in range(5000)])).aliases == ()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'"text"',
        b'{"id": 5}',
        b'{"id": ""}',
        b'{"id": "X", "affected": 7}',
        b"\xff\xfe",
        b'{"id": "X", "affected": [{"package": {"ecosystem": "PyPI", "name": ""}}]}',
        b"[" * 100_000,
        b'{"id": "X", "new": ' + b"[" * 100_000,
    ],
)
def test_what_is_no_record_is_called_broken(body: bytes) -> None:
    with pytest.raises(BrokenRecordError):
        read_record("X.json", body)


def test_absurd_ranges_and_names_are_called_broken(record: Any) -> None:
    many = [{"introduced": str(n)} for n in range(60_000)]
    for document in (
        record("X-1", events=many),
        record("X-1", versions=[str(n) for n in range(60_000)]),
        record("X-1", events=[{"introduced": "1" * 5000}]),
        record("X-1", "n" * 5000, events=[{"introduced": "0"}]),
        record("X" * 5000),
        record("X-1") | {"affected": record("X-1")["affected"] * 5000},
    ):
        with pytest.raises(BrokenRecordError):
            read(document)


FIELDS = (
    *("id", "aliases", "affected", "package", "name", "ecosystem", "ranges", "events"),
    *("introduced", "fixed", "versions", "type", "severity", "score", "withdrawn"),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(JSON)
def test_any_document_is_read_or_called_broken(document: object) -> None:
    try:
        found = read(document)
    except BrokenRecordError:
        return
    assert found.id


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_called_broken(body: bytes) -> None:
    with pytest.raises(BrokenRecordError):
        read_record("X.json", body)
