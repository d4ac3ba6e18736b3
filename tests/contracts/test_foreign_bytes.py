"""Whatever lies on the bus is an event or is refused as none: no body breaks a reader."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.topology import SUBJECTS, Subject
from servicekit.broker import StructCodec
from servicekit.retry import UNDECODABLE, dead_letter

SAMPLES = Path(__file__).parent / "samples" / "v1"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)
DEEP = [b"[" * 100_000, b'{"run_id":' * 50_000, b'{"unknown":' + b"[" * 100_000]


async def read(subject: Subject, body: bytes) -> Any:
    """Return the event; None where the body is refused in one of the ways that end as a letter."""
    try:
        return await StructCodec(subject.event).decode(SimpleNamespace(body=body))
    except UNDECODABLE:
        return None


@pytest.mark.parametrize("subject", SUBJECTS, ids=lambda subject: subject.name)
@given(data=st.data())
async def test_a_message_with_anything_in_one_field_is_read_or_refused(
    subject: Subject, data: st.DataObject
) -> None:
    sample = msgspec.json.decode((SAMPLES / f"{subject.name}.json").read_bytes())
    field = data.draw(st.sampled_from(sorted(sample)))
    changed = {**sample, field: data.draw(JSON)}
    try:
        body = msgspec.json.encode(changed)
    except UnicodeEncodeError:  # a lone surrogate cannot be sent
        return
    event = await read(subject, body)
    assert event is None or isinstance(event, subject.event)


@given(st.binary(max_size=300))
async def test_any_bytes_are_refused(body: bytes) -> None:
    for subject in SUBJECTS:
        assert await read(subject, body) is None


@pytest.mark.parametrize("body", DEEP, ids=len)
async def test_nesting_without_end_is_refused_and_kept_as_a_letter(body: bytes) -> None:
    for subject in SUBJECTS:
        assert await read(subject, body) is None
    place = SimpleNamespace(stream="RUNS", sequence=SimpleNamespace(stream=3), num_delivered=1)
    raw = SimpleNamespace(data=body, subject="runs.planned", metadata=place, headers=None)
    letter = dead_letter("scorer", raw, "nested too deep")
    assert (letter.body, letter.run_id) == (body, None)
