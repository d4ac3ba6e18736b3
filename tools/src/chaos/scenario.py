"""One trouble, what it may cost visitors, and how the night may end."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from chaos.trouble import Trouble
from chaos.visitors import BROKEN, REFUSED
from events.runs import RunKind, RunStatus

WELL = frozenset({"200"})
"""Visitors notice nothing."""

DATABASE_AWAY = WELL | {"503"}
"""What is kept still comes, the rest is 503 with Retry-After."""

API_AWAY = WELL | {REFUSED, BROKEN}
"""One process of the api on one machine: nobody answers in its place."""


@dataclass(frozen=True)
class Scenario:
    """What is done, and what is allowed."""

    name: str
    says: str
    """What is done, in a sentence without its end."""
    trouble: Trouble
    answers: frozenset[str] = WELL
    """What visitors may meet."""
    ends: Mapping[RunKind, RunStatus] = field(default_factory=dict)
    """How runs end that are not complete; asked for again, each must be."""
    letters: int = 0
    """Messages given up."""
    again: int = 150
    """Most messages delivered again: what was under way when a process or a connection ended,
    or, with the database away, every message that waits, once after each wait between tries."""


class Outcome(StrEnum):
    """How a scenario went."""

    PASSED = "passed"
    FAILED = "FAILED"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Result:
    """What was seen of one scenario."""

    scenario: Scenario
    outcome: Outcome
    problems: tuple[str, ...] = ()
    """What was not as it must be; or why it was skipped."""
    ends: Mapping[RunKind, RunStatus] = field(default_factory=dict)
    answers: Counter[str] = field(default_factory=Counter)
    slow: float = 0.0
    """Seconds within which 99 of 100 answers came."""
    letters: int = 0
    back: float = 0.0
    """Seconds from the end of a trouble to the end of the run it met; the longest."""
    seconds: float = 0.0
    """Of the whole night."""
    again: int = 0
    """Messages delivered again in the night."""
