"""A bound on the lines of one cause: what is beyond it is counted, and the count is told."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

LINES_A_MINUTE = 30
"""Of one cause; a source that answers nothing else than 500 wrote 3,000 before."""

MINUTE = 60.0
"""Seconds."""

TELLING = ("source", "stage", "step", "subject", "path")
"""Fields that tell two causes apart which are logged by the same words."""

Cause = tuple[Any, ...]


@dataclass
class _Minute:
    began: float
    lines: int = 0
    left_out: int = 0


class BoundedHandler(logging.StreamHandler[Any]):
    """Writes at most so many lines for one cause in a minute, then how many it left out.

    The count is written with the next line of any cause after that minute, or in the end.
    """

    def __init__(self, stream: Any, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(stream)
        self._clock = clock
        self._minutes: dict[Cause, _Minute] = {}

    def emit(self, record: logging.LogRecord) -> None:
        """Write a line, or count it."""
        now = self._clock()
        self._tell(lambda minute: now - minute.began >= MINUTE)
        minute = self._minutes.setdefault(cause_of(record), _Minute(now))
        if minute.lines >= LINES_A_MINUTE:
            minute.left_out += 1
            return
        minute.lines += 1
        super().emit(record)

    def close(self) -> None:
        """Tell what was left out and not yet told."""
        with self.lock:  # type: ignore[union-attr]
            self._tell(lambda minute: True)
        super().close()

    def _tell(self, over: Callable[[_Minute], bool]) -> None:
        for cause, minute in list(self._minutes.items()):
            if over(minute):
                del self._minutes[cause]
                if minute.left_out:
                    super().emit(_summary(cause, minute.left_out))


def cause_of(record: logging.LogRecord) -> Cause:
    """Return what a line is about: who writes it, its words, and what tells them apart."""
    if isinstance(record.msg, dict):  # structlog's
        said = record.msg
        return record.name, said.get("event"), *(str(said[key]) for key in TELLING if key in said)
    return record.name, str(record.msg)


def _summary(cause: Cause, lines: int) -> logging.LogRecord:
    name, event, *rest = cause
    about = f" ({', '.join(rest)})" if rest else ""
    words = f"left out {lines} lines: {event!s:.200}{about}"
    return logging.LogRecord(name, logging.WARNING, "", 0, words, (), None)
