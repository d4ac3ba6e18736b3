"""Which source keeps failing is judged by the last minute alone."""

import pytest

from servicekit.sources import WINDOW, Sources, SourceState


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def noted(sources: Sources, answered: int, failed: int) -> SourceState:
    for _ in range(answered):
        sources.answered("PyPI")
    for _ in range(failed):
        sources.failed("PyPI", OSError("status 500"))
    (state,) = sources.states()
    return state


@pytest.mark.parametrize(
    ("answered", "failed", "failing"),
    [(0, 2, False), (0, 3, True), (9, 3, True), (97, 3, False), (300, 100, True)],
)
def test_a_quarter_of_failed_tries_is_failing(
    clock: Clock, answered: int, failed: int, failing: bool
) -> None:
    state = noted(Sources(clock), answered, failed)
    assert (state.answered, state.failed, state.failing) == (answered, failed, failing)
    assert state.error == "status 500"


def test_what_is_over_a_minute_old_is_forgotten(clock: Clock) -> None:
    sources = Sources(clock)
    noted(sources, 0, 50)
    clock.now += WINDOW + 1
    (state,) = sources.states()
    assert (state.failed, state.failing) == (0, False)
    assert noted(sources, 1, 0).failing is False
    assert sources.failed_tries["PyPI"] == 50
