"""All labels together, and the facts that a record keeps."""

import polars as pl

from scorer.scoring.adjustments import ADJUSTMENTS
from scorer.scoring.category import CATEGORY
from scorer.scoring.community import (
    CONTRIBUTOR_RISK,
    ENGAGEMENT,
    MEASURES,
    PULL_ACTIVITY,
    STALE_RELEASE,
)
from scorer.scoring.facts import FACTS, MOVING
from scorer.scoring.health import PARTS
from scorer.scoring.inputs import INPUTS
from scorer.scoring.insights import INSIGHTS, Insight
from scorer.scoring.labels import (
    AUTOMATION,
    CADENCE,
    LICENSE_CLASS,
    MAINTENANCE,
    PYTHON_SUPPORT,
)
from scorer.scoring.parts import share_column
from scorer.scoring.rules import Condition, Label

EARLY_LABELS = (*(each.label for each in ADJUSTMENTS), AUTOMATION)
"""Labels that other rules read, so they come first."""

LABELS = (
    MAINTENANCE,
    CATEGORY,
    PYTHON_SUPPORT,
    LICENSE_CLASS,
    CADENCE,
    CONTRIBUTOR_RISK,
    STALE_RELEASE,
    PULL_ACTIVITY,
)

MEASURE_LABELS = tuple(measure.label for measure in MEASURES)

ALL_LABELS = (*EARLY_LABELS, *LABELS, *MEASURE_LABELS)

RULED: tuple[Label | Insight, ...] = (*ALL_LABELS, *INSIGHTS)
"""Everything that has numbered rules."""

ALL_PARTS = (*PARTS, *ENGAGEMENT)


IDENTIFIERS = {"repository_id"}
"""Numbers that only name something."""


def conditions() -> list[Condition]:
    """Return every condition of every rule."""
    return [condition for each in RULED for rule in each.rules for condition in rule.when]


def recorded() -> tuple[str, ...]:
    """Return the numbers that a record keeps: the facts that parts and rules read, and shares."""
    read = {fact for part in ALL_PARTS for fact in part.curve.facts}
    read |= {condition.fact for condition in conditions()}
    read |= {measure.fact for measure in MEASURES}
    numbers = [
        *(each.name for each in INPUTS if each.dtype.is_numeric() or each.dtype == pl.Boolean()),
        *(fact.name for fact in (*FACTS, *MOVING)),
    ]
    facts = [name for name in numbers if name in read - IDENTIFIERS]
    return (*facts, *(share_column(part) for part in ALL_PARTS))
