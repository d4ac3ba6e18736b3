"""How rows become messages, for any rows."""

import asyncio
from datetime import date

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from events import DailyDownloads, Dimension, DownloadBreakdown
from events.day_range import DayRange
from events.topology import MAX_PAYLOAD
from ingest_downloads.batches import Head, breakdown, daily, packed, split_labels
from ingest_downloads.source import EncodedBreakdown, EncodedDays

HEAD = Head("run-1", DayRange(date(2026, 6, 1), 30), [])
names = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)
counts = st.integers(0, 2**62)
days = st.lists(counts, min_size=1, max_size=31)
packages = st.lists(st.tuples(names, days, st.just([]) | days), max_size=60)
labels = st.lists(st.tuples(names, days), min_size=1, max_size=30)
broken_down = st.lists(st.tuples(names, labels), max_size=20)


def raw(value: object) -> msgspec.Raw:
    return msgspec.Raw(msgspec.json.encode(value))


async def each(rows):
    for row in rows:
        yield row


def collected(rows):
    async def run():
        return [row async for row in rows]

    return asyncio.run(run())


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(packages, st.integers(1, 20))
def test_every_package_is_in_one_batch_in_order_with_its_numbers(given_packages, most):
    rows = [EncodedDays(name, raw(days), raw(mirrors)) for name, days, mirrors in given_packages]
    batches = collected(packed(each(rows), most))
    bodies = [msgspec.json.encode(daily(HEAD, seq, rows)) for seq, rows in enumerate(batches)]
    events = [msgspec.json.decode(body, type=DailyDownloads) for body in bodies]
    assert [(p.name, p.days, p.mirrors) for event in events for p in event.packages] == [
        (name, days, mirrors) for name, days, mirrors in given_packages
    ]
    assert all(0 < len(event.packages) <= most for event in events)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(broken_down)
def test_labels_come_through_as_they_are(given_packages):
    rows = [EncodedBreakdown(name, raw(labels)) for name, labels in given_packages]
    batches = collected(packed(split_labels(each(rows)), 1000))
    events = [
        msgspec.json.decode(
            msgspec.json.encode(breakdown(HEAD, seq, Dimension.VERSION, rows)),
            type=DownloadBreakdown,
        )
        for seq, rows in enumerate(batches)
    ]
    assert [
        (p.name, [(label.label, label.days) for label in p.labels])
        for event in events
        for p in event.packages
    ] == [(name, list(labels)) for name, labels in given_packages]


def test_no_message_is_too_large_even_with_names_that_escape_and_huge_counts():
    row = EncodedDays("\x01" * 300, raw([2**63 - 1] * 200), raw([2**63 - 1] * 200))
    batches = collected(packed(each([row] * 500), 1000))
    assert max(len(msgspec.json.encode(daily(HEAD, 0, rows))) for rows in batches) < MAX_PAYLOAD


def test_a_package_with_thousands_of_versions_is_split_over_messages():
    labels = [[f"1.0.dev{n}", [10**6] * 30] for n in range(8_000)]
    batches = collected(
        packed(split_labels(each([EncodedBreakdown("nightly", raw(labels))])), 1000)
    )
    bodies = [msgspec.json.encode(breakdown(HEAD, 0, Dimension.VERSION, b)) for b in batches]
    assert max(map(len, bodies)) < MAX_PAYLOAD
    events = [msgspec.json.decode(body, type=DownloadBreakdown) for body in bodies]
    assert sum(len(p.labels) for event in events for p in event.packages) == 8_000
    assert {p.name for event in events for p in event.packages} == {"nightly"}
