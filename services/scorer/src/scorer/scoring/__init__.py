"""Scores, labels and lists of packages: pure functions from inputs to scores."""

from scorer.scoring.inputs import INPUTS, schema
from scorer.scoring.market import Market, observe_market
from scorer.scoring.score import RULES_VERSION, score_packages

__all__ = [
    "INPUTS",
    "RULES_VERSION",
    "Market",
    "observe_market",
    "schema",
    "score_packages",
]
