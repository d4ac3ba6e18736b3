"""Everything a reader may know of the scores, as JSON: the same objects that compute them."""

import json
from hashlib import sha256
from typing import Any

from domain import confidence
from scorer.scoring import momentum as trend
from scorer.scoring import ranking
from scorer.scoring.adjustments import ADJUSTMENTS
from scorer.scoring.community import ENGAGEMENT, ENGAGEMENT_LEAST, MEASURES
from scorer.scoring.facts import FACTS, MOVING
from scorer.scoring.health import LEAST_KNOWN, PARTS
from scorer.scoring.inputs import BELIEVED, INPUTS
from scorer.scoring.insights import INSIGHTS
from scorer.scoring.market import Market
from scorer.scoring.parts import Part, share_column
from scorer.scoring.record import layout
from scorer.scoring.rulebook import EARLY_LABELS, LABELS, RULED, recorded

WEIGHTED = (
    "100 x sum(weight x share) / sum(weight), over the parts that are known; a part that is not "
    "known is left out, never counted as zero"
)


def definitions(market: Market | None = None) -> dict[str, Any]:
    """Return every input, fact, part, label, rule and list, and the layout of a record.

    It holds for all packages of one `rules_version`: store it once per run, with the market that
    the run's momentum was held against. With the record of a package it makes the whole
    explanation of its scores.
    """
    return {
        "rules_version": RULES_VERSION,
        **_rules(),
        "market": market.recorded() if market else None,
    }


def _rules() -> dict[str, Any]:
    """Return all that holds whatever the day: inputs, parts, weights, thresholds, rules."""
    return {
        "inputs": [_input(each.name) for each in INPUTS],
        "facts": _facts(),
        "health": _health(),
        "momentum": _momentum(),
        "engagement": _engagement(),
        "labels": [label.described() for label in (*LABELS, *EARLY_LABELS)],
        "measures": [{**each.label.described(), "fact": each.fact} for each in MEASURES],
        "insights": [insight.described() for insight in INSIGHTS],
        "families": "Packages of one repository are a family and have one place in each list, that "
        "of its first member.",
        "rankings": ranking.described(),
        "record": layout(RULED, recorded(), ranking.standing_columns()),
    }


def _input(name: str) -> dict[str, Any]:
    each = _INPUTS[name]
    return {
        "name": each.name,
        "type": str(each.dtype),
        "unit": each.unit,
        "meaning": each.meaning,
        "source": each.source,
    }


_INPUTS = {each.name: each for each in INPUTS}


def _facts() -> list[dict[str, Any]]:
    """Return the words of the rules: the inputs themselves and what is derived from them."""
    plain = [{**_input(each.name), "inputs": [each.name]} for each in INPUTS]
    derived = [
        {
            "name": fact.name,
            "unit": fact.unit,
            "meaning": fact.meaning,
            "inputs": list(fact.inputs),
            "source": _INPUTS[fact.inputs[0]].source,
        }
        for fact in (*FACTS, *MOVING)
    ]
    return [*plain, *derived]


def _part(part: Part) -> dict[str, Any]:
    return {**part.described(), "share": share_column(part)}


def _health() -> dict[str, Any]:
    return {
        "title": "Health",
        "meaning": "How well a package is kept and used, 0 to 100.",
        "formula": f"{WEIGHTED}; then the adjustments, in order.",
        "parts": [_part(part) for part in PARTS],
        "adjustments": [each.described() for each in ADJUSTMENTS],
        "least_known": LEAST_KNOWN,
        "confidence": confidence.WORDS,
        "confidence_meaning": "the share of the weight that was known",
        "repository_believed_from": BELIEVED,
    }


def _engagement() -> dict[str, Any]:
    return {
        "title": "Engagement",
        "meaning": "How much people take part in its repository, 0 to 100.",
        "formula": f"{WEIGHTED}.",
        "parts": [_part(part) for part in ENGAGEMENT],
        "least_known": ENGAGEMENT_LEAST,
    }


def _momentum() -> dict[str, Any]:
    return {
        "title": "Momentum",
        "meaning": "Steady growth of downloads against the market; above zero is faster.",
        "formula": "Growth of each four-week step is ln(downloads / downloads of the four weeks "
        "before) less the market's median of it, cut to +-cap. Momentum is the weighted mean of "
        "the cut growth less its weighted standard deviation; the weight halves every half_life "
        "steps into the past. A spike is cut, and unsteadiness costs.",
        "steps": trend.BLOCKS - 1,
        "weeks_per_block": trend.WEEKS_PER_BLOCK,
        "cap": trend.CAP,
        "half_life": trend.HALF_LIFE,
        "pseudo_count": trend.PSEUDO_COUNT,
        "least_downloads": trend.LEAST_DOWNLOADS,
        "least_steps": trend.LEAST_STEPS,
        "tie_share": trend.TIE_SHARE,
        "break": trend.BREAK,
        "breaks": "Where the median package's level, its second highest week of a block, moves by "
        "more than `break` (ln), and by that much more or less than in the usual step, the source "
        "counts differently: neither that step nor an older one is read.",
        "week": "This week's downloads against the mean of the four weeks before, so the same "
        "weekdays; given where momentum is.",
    }


VERSION_DIGITS = 12
"""Hexadecimal digits of a digest: enough that no two versions of the rules meet."""


def rules_version() -> str:
    """Return a digest of all definitions, so that none can change without it."""
    text = json.dumps(_rules(), sort_keys=True)
    return sha256(text.encode()).hexdigest()[:VERSION_DIGITS]


RULES_VERSION = rules_version()
"""Stored beside each score."""
