"""Scores, line by line."""

from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

from api.documents.base import Dated, field
from api.documents.packages import Momentum


class Input(BaseModel):
    """What a part or label was made from."""

    name: str = field("Name of the fact, see /api/definitions.", "days_since_release")
    value: Any = field("Null: not known.", 41)
    unit: str | None = field("Unit of the value.", "days")
    observed: datetime | date | None = field("When its source was read.", "2026-06-30")


class Part(BaseModel):
    """One part of a score."""

    name: str
    points: float | None = field("Points it gave; null: not known, and left out.", 27.1)
    of: float = field("Points it could give.", 30)
    explanation: str
    would_change: str | None = field("What would raise it.")
    inputs: list[Input]


class Multiplier(BaseModel):
    """A change after the parts."""

    name: str
    kind: str = field("factor, floor or cap.", "cap")
    amount: float = field("By how much, or to what.", 35)
    factor: float | None = field("What it multiplied the score by in effect.", 0.7)
    reason: str
    rule: str = field("Rule that fired.", "ended.3")


class ExplainedHealth(BaseModel):
    """The health score, explained."""

    model_config = ConfigDict(extra="allow")

    score: float | None = field("0 to 100; null where too little is known.", 91.3)
    confidence: str | None
    rules_version: str | None
    before: float | None = field("The score before adjustments.", 91.3)
    known: float | None = field("Share of the weight that is known, 0 to 1.", 0.95)
    parts: list[Part]
    multipliers: list[Multiplier]


class Engagement(BaseModel):
    """How much people take part."""

    score: float | None
    parts: list[Part]


class ExplainedLabel(BaseModel):
    """A label, explained."""

    name: str
    title: str
    value: str
    rule: str = field("Rule that fired.", "maintenance.4")
    explanation: str
    would_change: list[str] = field("What would give the other values.")
    inputs: list[Input]


class Measure(BaseModel):
    """A measure of the repository."""

    name: str
    title: str
    value: float | None
    rule: str
    explanation: str


class InsightPlace(BaseModel):
    """A list that a package is in, and why."""

    name: str = field("Name in addresses.", "hidden_gem")
    title: str
    rule: str = field("Rule that admits it.", "hidden_gem.1")
    explanation: str
    inputs: list[Input] = field("The known facts that the rule looks at.")


class Rank(BaseModel):
    """A place by one measure."""

    name: str = field("downloads, stars or momentum.", "downloads")
    rank: int = field("1 is the highest; equals share the better rank.", 17)
    percentile: float = field("Share of packages that it equals or beats, in percent.", 99.98)


class TopicRanks(BaseModel):
    """Places within one topic."""

    topic: str = field("One of its repository's topics.", "http-client")
    ranks: list[Rank]


class Ranks(BaseModel):
    """Places among all packages, and within its best topics."""

    all: list[Rank]
    topics: list[TopicRanks]


class HealthWeek(BaseModel):
    """The health score of one week."""

    week: date = field("Its Monday.", "2026-06-29")
    health: float | None


class Score(Dated):
    """Every score and label of a package, line by line."""

    package: str
    health: ExplainedHealth
    engagement: Engagement | None
    labels: list[ExplainedLabel]
    measures: list[Measure]
    insights: list[InsightPlace] = field("The lists it is in.")
    ranks: Ranks
    momentum: Momentum
    history: list[HealthWeek]


class Definitions(Dated):
    """The scoring's own definitions."""

    model_config = ConfigDict(extra="allow")
