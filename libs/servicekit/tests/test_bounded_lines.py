"""No cause writes more than its bound, and what was left out is told."""

import io
import logging

import pytest

from servicekit.bounded_lines import LINES_A_MINUTE, MINUTE, BoundedHandler


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def written(clock: Clock) -> tuple[logging.Logger, io.StringIO, BoundedHandler]:
    stream = io.StringIO()
    logger = logging.Logger("part")
    handler = BoundedHandler(stream, clock)
    logger.addHandler(handler)
    return logger, stream, handler


def test_one_cause_is_bounded_and_another_is_not_touched(
    written: tuple[logging.Logger, io.StringIO, BoundedHandler], clock: Clock
) -> None:
    logger, stream, _ = written
    for number in range(1000):
        logger.warning("status %s", number)
    logger.warning("another")
    lines = stream.getvalue().splitlines()
    assert len(lines) == LINES_A_MINUTE + 1
    assert lines[-1] == "another"
    clock.now += MINUTE
    logger.warning("status %s", 1000)
    *_, told, last = stream.getvalue().splitlines()
    assert told == f"left out {1000 - LINES_A_MINUTE} lines: status %s"
    assert last == "status 1000"


def test_what_was_left_out_is_told_in_the_end(
    written: tuple[logging.Logger, io.StringIO, BoundedHandler],
) -> None:
    logger, stream, handler = written
    for number in range(LINES_A_MINUTE + 7):
        logger.warning({"event": "source failed", "source": "PyPI", "package": number})
    handler.close()
    assert stream.getvalue().splitlines()[-1] == "left out 7 lines: source failed (PyPI)"
