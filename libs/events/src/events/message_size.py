"""The bytes of a message as the server counts them, held against the one bound."""

from collections.abc import Mapping

from events.topology import MAX_PAYLOAD, Subject

FIRST_LINE = b"NATS/1.0\r\n"
LINE_END = b"\r\n"

LARGEST_BODY = 900_000
"""Bytes up to which a body is filled where one message may become two: the rest is room for
headers, and for what whoever fills it did not foresee."""

LETTER_ROOM = 65_536
"""Bytes of a dead letter for all that is not the message itself: reasons, names, headers."""

LARGEST_IN_LETTER = (MAX_PAYLOAD - LETTER_ROOM) * 3 // 4
"""Bytes of a message that a dead letter can hold, for it is written in base 64."""


class TooLargeError(ValueError):
    """A message would be larger than the server takes; it was not sent."""


def message_size(body: bytes, headers: Mapping[str, str]) -> int:
    """Return the bytes that the server counts: the body, and the headers with their framing."""
    if not headers:
        return len(body)
    lines = (f"{name}: {value}".encode() + LINE_END for name, value in headers.items())
    return len(FIRST_LINE) + sum(map(len, lines)) + len(LINE_END) + len(body)


def ensure_fits(subject: Subject, body: bytes, headers: Mapping[str, str]) -> None:
    """Raise TooLargeError where the server would close the connection on a message."""
    size = message_size(body, headers)
    if size > MAX_PAYLOAD:
        raise TooLargeError(
            f"{subject.name} {headers.get('Nats-Msg-Id', '')}: {size} bytes, over {MAX_PAYLOAD}"
        )


def jetstream_headers(subject: Subject, msg_id: str) -> dict[str, str]:
    """Return the headers of a message that its stream stores once for each `msg_id`."""
    return {"Nats-Msg-Id": msg_id, "Nats-Expected-Stream": subject.stream}
