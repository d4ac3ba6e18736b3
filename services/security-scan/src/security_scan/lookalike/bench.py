"""The judge at work, kept from one message to the next."""

from collections.abc import Sequence
from typing import NamedTuple

from security_scan.lookalike.judge import POPULAR, USED_ENOUGH, Judge

FEWEST_TARGETS = 100
TENTH = 10


class _Seat(NamedTuple):
    popular: list[str]
    owners: list[str]
    judge: Judge


class Bench:
    """Holds one judge; every message of a run brings the same popular names."""

    def __init__(self) -> None:
        self._seat = _Seat([], [], Judge(()))

    def judge(self, popular: Sequence[str], owners: Sequence[str]) -> Judge:
        """Return the judge for these popular names; without any he finds nothing close."""
        seat = self._seat
        if (seat.popular, seat.owners) != (popular, owners):
            seat = self._seat = _Seat(list(popular), list(owners), seated(popular, owners))
        return seat.judge


def seated(popular: Sequence[str], owners: Sequence[str]) -> Judge:
    """Return the judge who is right for the size of the data set.

    A list shorter than asked for is all the names that there are, as in a sample. Of those the
    most used tenth is worth imitating, and speaks for itself.
    """
    if len(popular) >= POPULAR:
        return Judge(popular, owners, used_enough=USED_ENOUGH)
    tenth = len(popular) // TENTH
    return Judge(popular[: max(tenth, FEWEST_TARGETS)], owners, used_enough=tenth)
