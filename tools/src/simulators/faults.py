"""Faults on demand: what a source does wrong, to which requests, how often."""

import re
from collections.abc import Callable
from datetime import date
from enum import StrEnum

import msgspec


class FaultKind(StrEnum):
    """What can go wrong; the part after a colon is the argument."""

    STATUS = "status"
    """`status:503`: an empty answer of that status."""
    DROP = "drop"
    """The connection is cut before a byte is sent."""
    HALF = "half"
    """Half of the body, then the connection is cut."""
    RUBBISH = "rubbish"
    """Status 200 and a body that is no answer."""
    QUOTA = "quota"
    """`quota:60`: the source's own words for "not before 60 seconds from now"."""
    RETRY_AFTER = "retry-after"
    """`retry-after:30`: 403 (GitHub's secondary limit) or 429 with that header."""
    ERROR = "error"
    """ClickHouse only, `error:159`: an exception of that code before any output."""
    EXCEPTION_IN_BODY = "exception-in-body"
    """ClickHouse only: status 200, some rows, then an exception in the body."""
    JOB_FAILS = "job-fails"
    """BigQuery only: the job runs, is paid for, and fails."""
    JOB_PARTIAL = "job-partial"
    """BigQuery only: the job ends with an error beside its rows."""
    JOB_PENDING = "job-pending"
    """BigQuery only, `job-pending:3`: so many looks find the job still running."""
    SLOW = "slow"
    """`slow:2`: so many seconds late."""
    TRUNCATE_ROWS = "truncate-rows"
    """ClickHouse and BigQuery, `truncate-rows:1000`: the result ends there and nobody says so."""
    FREEZE = "freeze"
    """ClickHouse and BigQuery, `freeze:2026-11-20`: no day after that one is there yet."""
    HIDE = "hide"
    """ClickHouse and BigQuery, `hide:2026-11-18`: that day is missing."""


SPOILS_ANSWER = frozenset(
    {FaultKind.STATUS, FaultKind.DROP, FaultKind.HALF, FaultKind.RUBBISH, FaultKind.QUOTA,
     FaultKind.RETRY_AFTER, FaultKind.ERROR, FaultKind.EXCEPTION_IN_BODY, FaultKind.JOB_FAILS,
     FaultKind.JOB_PARTIAL}
)  # fmt: skip
"""At most one of these meets a request; the others add up."""

ARGUMENTS: dict[FaultKind, Callable[[str], int | float | date]] = {
    FaultKind.STATUS: int,
    FaultKind.QUOTA: float,
    FaultKind.RETRY_AFTER: int,
    FaultKind.ERROR: int,
    FaultKind.SLOW: float,
    FaultKind.JOB_PENDING: int,
    FaultKind.TRUNCATE_ROWS: int,
    FaultKind.FREEZE: date.fromisoformat,
    FaultKind.HIDE: date.fromisoformat,
}


class Rule(msgspec.Struct, kw_only=True):
    """One entry of `POST /__faults__`."""

    match: str = ""
    """Regular expression, searched in `METHOD path?query`, a line break and the body (SQL)."""
    fault: str
    times: int | None = None
    """How many requests it meets; none: every one until it is cleared."""
    skip: int = 0
    """How many matching requests go through first."""
    authorization: str | None = None
    """Regular expression for the Authorization header, to meet one token only."""
    hits: int = 0
    """Counted by the server."""

    def __post_init__(self) -> None:
        parse_fault(self.fault)
        for pattern in (self.match, self.authorization or ""):
            _check_pattern(pattern)

    def applies(self, request: str, authorization: str) -> bool:
        """Whether the rule is about this request."""
        if self.authorization is not None and not re.search(self.authorization, authorization):
            return False
        return re.search(self.match, request, re.IGNORECASE | re.DOTALL) is not None

    def spent(self) -> bool:
        """Whether it has met as many requests as it should."""
        return self.times is not None and self.hits >= self.times


class Effect(msgspec.Struct, frozen=True):
    """A fault that meets one request."""

    kind: FaultKind
    argument: int | float | date | None = None

    @property
    def number(self) -> float:
        """The argument of a fault that counts seconds, rows or a status."""
        if isinstance(self.argument, int | float):
            return self.argument
        raise TypeError(f"{self.kind} carries no number")

    @property
    def day(self) -> date:
        """The argument of a fault that names a day."""
        if isinstance(self.argument, date):
            return self.argument
        raise TypeError(f"{self.kind} carries no day")


class FaultPlan:
    """The rules in force at one port."""

    def __init__(self) -> None:
        self.rules: list[Rule] = []

    def meet(self, request: str, authorization: str) -> list[Effect]:
        """The faults that this request meets; counts them."""
        effects: list[Effect] = []
        for rule in self.rules:
            if rule.spent() or not rule.applies(request, authorization):
                continue
            effect = parse_fault(rule.fault)
            if effect.kind in SPOILS_ANSWER and any(e.kind in SPOILS_ANSWER for e in effects):
                continue
            if rule.skip > 0:
                rule.skip -= 1
                continue
            rule.hits += 1
            effects.append(effect)
        return effects


def parse_fault(text: str) -> Effect:
    """`slow:2` as an effect; ValueError where the kind or its argument makes no sense."""
    name, _, argument = text.partition(":")
    kind = FaultKind(name)
    if kind not in ARGUMENTS:
        if argument:
            raise ValueError(f"{kind} takes no argument")
        return Effect(kind)
    return Effect(kind, ARGUMENTS[kind](argument))


def _check_pattern(pattern: str) -> None:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"{pattern!r} is no regular expression: {error}") from error


def find(effects: list[Effect], kind: FaultKind) -> Effect | None:
    """The first effect of a kind."""
    return next((effect for effect in effects if effect.kind is kind), None)
