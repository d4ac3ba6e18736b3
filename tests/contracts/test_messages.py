"""Messages of every past version are still understood, and new ones by older services."""

from pathlib import Path

import msgspec
import pytest

from events.topology import DURABLES, MAX_PAYLOAD, STREAMS, SUBJECTS, USERS, Subject

SAMPLES = Path(__file__).parent / "samples"
NAMES = [subject.name for subject in SUBJECTS]
OF_ALL_VERSIONS = sorted(SAMPLES.glob("*/*.json"))


@pytest.mark.parametrize(
    "sample", OF_ALL_VERSIONS, ids=lambda file: f"{file.parent.name}-{file.stem}"
)
def test_a_message_of_a_past_version_is_read_with_all_it_said(sample: Path) -> None:
    (subject,) = [each for each in SUBJECTS if each.name == sample.stem]
    body = sample.read_bytes()
    event = msgspec.json.decode(body, type=subject.event)
    written = msgspec.json.decode(msgspec.json.encode(event))
    assert _kept(msgspec.json.decode(body), written)


def _kept(said: object, written: object) -> bool:
    """Whether everything that was said is still there; defaults may be left out in writing."""
    if isinstance(said, dict) and isinstance(written, dict):
        return all(_kept(value, written.get(key)) for key, value in said.items())
    if isinstance(said, list) and isinstance(written, list):
        return len(said) == len(written) and all(map(_kept, said, written))
    return said == written


@pytest.mark.parametrize("subject", SUBJECTS, ids=NAMES)
def test_every_message_has_a_sample_of_the_first_version(subject: Subject) -> None:
    assert (SAMPLES / "v1" / f"{subject.name}.json").exists()


@pytest.mark.parametrize("subject", SUBJECTS, ids=NAMES)
def test_a_field_added_by_a_newer_service_does_not_stop_an_older_one(subject: Subject) -> None:
    body = msgspec.json.decode((SAMPLES / "v1" / f"{subject.name}.json").read_bytes())
    newer = msgspec.json.encode(body | {"added_next_year": {"anything": [1, 2]}})
    older = msgspec.json.encode(body)
    decode = msgspec.json.Decoder(subject.event).decode
    assert decode(newer) == decode(older)


def test_every_subject_is_kept_by_exactly_one_stream_and_read_by_somebody() -> None:
    for subject in SUBJECTS:
        prefix = subject.name.split(".")[0]
        keeping = [stream.name for stream in STREAMS if f"{prefix}.>" in stream.subjects]
        assert keeping == [subject.stream]
        assert [durable for durable in DURABLES if durable.subject is subject], subject.name
        assert [user for user in USERS if subject in user.publishes], subject.name


def test_no_user_may_change_streams_but_the_bootstrap() -> None:
    assert [user.name for user in USERS if user.creates] == ["bootstrap"]
    assert MAX_PAYLOAD == 1_048_576
