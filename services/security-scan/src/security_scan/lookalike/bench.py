"""The judge at work, kept from one message to the next."""

from collections.abc import Sequence
from typing import NamedTuple

from security_scan.lookalike.judge import Judge


class _Seat(NamedTuple):
    popular: list[str]
    owners: list[str]
    judge: Judge


class Bench:
    """Holds one judge; every message of a run brings the same popular names."""

    def __init__(self) -> None:
        self._seat = _Seat([], [], Judge(()))

    def judge(self, popular: Sequence[str], owners: Sequence[str]) -> Judge:
        """Give the judge for these popular names; without any he finds nothing close."""
        seat = self._seat
        if (seat.popular, seat.owners) != (popular, owners):
            seat = self._seat = _Seat(list(popular), list(owners), Judge(popular, owners))
        return seat.judge
