"""Messages that no service could handle."""

from datetime import datetime

from events.base import Event


class LetterReplayed(Event, frozen=True, kw_only=True):
    """An operator has sent a dead letter's message again."""

    letter_id: int
    replayed_at: datetime


class DeadLetter(Event, frozen=True, kw_only=True):
    """A message given up, whole, so that an operator can replay it."""

    service: str
    stream: str
    sequence: int
    subject: str
    body: bytes
    """Base64 on the wire."""
    errors: list[str]
    deliveries: int
    died_at: datetime
    run_id: str | None = None
    msg_id: str | None = None
