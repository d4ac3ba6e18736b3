"""Which versions an advisory's range holds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from security_scan.versions import (
    BEGINNING,
    Boundary,
    Interval,
    Place,
    intervals,
    place,
    spelled_once,
)

VERSIONS = ("0", "0.dev1", "0.9", "1.0a1", "1.0rc1", "1.0", "1.0.post1", "1.1", "1!0.1", "2004d")


def holds(events: list[tuple[str, str]], version: str) -> bool:
    found = intervals(Boundary(kind, at) for kind, at in events)
    return any(each.holds(place(version)) for each in found)


@pytest.mark.parametrize(
    ("version", "affected"),
    [("0.1", True), ("1.1.9", True), ("1.2rc1", True), ("1.2", False), ("1.2.post1", False)],
)
def test_a_fix_ends_the_range_before_it_and_its_pre_releases_are_not_mended(
    version: str, affected: bool
) -> None:
    assert holds([("introduced", "0"), ("fixed", "1.2")], version) is affected


def test_the_last_affected_version_is_affected_and_the_next_is_not() -> None:
    events = [("introduced", "1.0"), ("last_affected", "1.4")]
    assert [holds(events, v) for v in ("0.9", "1.0", "1.4", "1.4.0", "1.4.1")] == [
        False,
        True,
        True,
        True,
        False,
    ]


def test_events_may_stand_in_any_order_and_make_many_intervals() -> None:
    events = [
        ("fixed", "4.2.1"),
        ("introduced", "3.2"),
        ("introduced", "4.2"),
        ("fixed", "3.2.19"),
        ("introduced", "4.0"),
        ("fixed", "4.1.9"),
    ]
    asked = ("3.1", "3.2.18", "3.2.19", "4.0", "4.1.9", "4.2", "4.2.1", "10.0")
    assert [v for v in asked if holds(events, v)] == ["3.2.18", "4.0", "4.2"]


def test_versions_are_ordered_as_numbers_not_as_text() -> None:
    assert not holds([("introduced", "0"), ("fixed", "9.0")], "10.0")
    assert holds([("introduced", "1!0"), ("fixed", "1!2")], "1!1.0")


def test_a_fix_where_the_next_interval_begins_leaves_no_gap_and_an_empty_one_holds_nothing() -> (
    None
):
    joined = [("introduced", "1"), ("fixed", "2"), ("introduced", "2"), ("fixed", "3")]
    assert holds(joined, "2")
    assert not holds([("introduced", "1"), ("fixed", "1")], "1")
    assert not holds([("introduced", "1"), ("fixed", "1")], "5")


def test_a_limit_ends_every_interval() -> None:
    events = [("introduced", "1"), ("limit", "2"), ("limit", "1.5")]
    assert [holds(events, v) for v in ("1.2", "1.9", "2", "3")] == [True, True, False, False]
    assert holds([("introduced", "1"), ("limit", "*")], "99")


@pytest.mark.parametrize(
    ("last", "version", "affected"),
    [
        ("3", "1.9", True),
        ("3", "2", False),
        ("3", "2.5", False),
        ("2", "2", False),
        ("1.5", "1.5", True),
        ("1.5", "1.6", False),
    ],
)
def test_a_limit_ends_a_range_that_includes_its_last_version(
    last: str, version: str, *, affected: bool
) -> None:
    events = [("introduced", "1"), ("last_affected", last), ("limit", "2")]
    assert holds(events, version) is affected


def test_nothing_is_affected_without_an_introduction() -> None:
    assert intervals([Boundary("fixed", "2.0"), Boundary("last_affected", "3.0")]) == ()
    assert intervals([]) == ()


def test_spellings_from_before_pep_440_come_first_and_break_nothing() -> None:
    assert holds([("introduced", "0"), ("fixed", "1.0")], "2004d")
    assert not holds([("introduced", "0.5"), ("fixed", "1.0")], "0.1-bulbasaur")
    assert place("0.9-doduo") > place("0.1-bulbasaur") > BEGINNING


def test_equal_versions_have_one_spelling() -> None:
    assert len({spelled_once(v) for v in ("1.0", "v1", "1.0.0", "01.0", " 1.0")}) == 1
    assert spelled_once("1.0-Fix_Me") == "1.0-fix_me"


@pytest.mark.parametrize("text", ["9" * 150, "9" * 5000, "1." * 3000, "", "٣", "1.0\n", "\x00"])
def test_no_text_is_too_strange_to_be_placed(text: str) -> None:
    assert place(text) > BEGINNING
    assert isinstance(spelled_once(text), str)


def where(event: Boundary) -> Place:
    start = (event.kind, event.version) == ("introduced", "0")
    return BEGINNING if start else place(event.version)


def as_the_schema_says(events: list[Boundary], version: str) -> bool:
    """The OSV schema's evaluation: walk through the sorted events up to the version."""
    limits = [each.version for each in events if each.kind == "limit"]
    if limits and not any(place(version) < place(limit) for limit in limits):
        return False
    affected = False
    for event in sorted((each for each in events if each.kind != "limit"), key=where):
        if event.kind == "introduced" and where(event) <= place(version):
            affected = True
        if event.kind == "fixed" and where(event) <= place(version):
            affected = False
        if event.kind == "last_affected" and where(event) < place(version):
            affected = False
    return affected


@given(
    st.lists(
        st.builds(
            Boundary,
            st.sampled_from(["introduced", "fixed", "last_affected", "limit"]),
            st.sampled_from(VERSIONS),
        ),
        unique_by=lambda event: "" if event.kind == "limit" else spelled_once(event.version),
    ),
    st.sampled_from(VERSIONS),
)
def test_intervals_hold_what_the_schemas_own_evaluation_holds(
    events: list[Boundary], version: str
) -> None:
    found = any(each.holds(place(version)) for each in intervals(events))
    assert found is as_the_schema_says(events, version)


@given(
    st.permutations(
        [Boundary("introduced", "1"), Boundary("fixed", "2"), Boundary("introduced", "3")]
    )
)
def test_the_order_in_a_record_means_nothing(events: list[Boundary]) -> None:
    assert intervals(events) == (Interval(place("1"), place("2")), Interval(place("3")))
