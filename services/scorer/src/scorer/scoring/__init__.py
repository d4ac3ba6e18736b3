"""Scores, labels and lists of packages: pure functions from inputs to scores."""

from scorer.scoring.definitions import RULES_VERSION, definitions
from scorer.scoring.inputs import INPUTS, schema
from scorer.scoring.market import Market, observe_market
from scorer.scoring.score import COMPARED, Placed, judge, place, score_packages

__all__ = [
    "COMPARED",
    "INPUTS",
    "RULES_VERSION",
    "Market",
    "Placed",
    "definitions",
    "judge",
    "observe_market",
    "place",
    "schema",
    "score_packages",
]
