"""A run that has all its batches, and what finishing it brings."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import msgspec

from events import RunKind, SourceFacts


@dataclass(frozen=True)
class Run:
    """A run as the tables have it."""

    run_id: str
    kind: RunKind
    day: date
    applied: int
    dead: int
    expected: int | None
    released: bool
    reason: str | None
    facts: SourceFacts | None

    @classmethod
    def of(cls, row: Any) -> "Run":
        """Read a row of `runs`."""
        facts = row["facts"]
        return cls(
            run_id=row["run_id"],
            kind=RunKind(row["kind"]),
            day=row["day"],
            applied=row["applied"],
            dead=row["dead"],
            expected=row["expected"],
            released=row["released"],
            reason=row["reason"],
            facts=msgspec.json.decode(facts, type=SourceFacts) if facts else None,
        )

    @property
    def whole(self) -> bool:
        """Whether every batch came."""
        return self.dead == 0 and self.expected is not None and self.applied >= self.expected


@dataclass(frozen=True)
class Settled:
    """What a run has brought into the tables; the rest follows with the new generation."""

    counts: dict[str, int] = field(default_factory=dict)
    data_through: date | None = None
    recent: bool = False
    """Whether downloads have changed, so that what lists need of them is made anew."""
    days: list[dict[str, Any]] = field(default_factory=list)
    """Rows of source_days, stored with the new generation."""
