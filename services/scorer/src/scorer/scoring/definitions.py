"""Everything a reader may know of the scores, as JSON: the same objects that compute them."""

from collections.abc import Iterable
from typing import Any

from scorer.scoring import momentum as trend
from scorer.scoring.community import ENGAGEMENT, ENGAGEMENT_LEAST, MEASURES
from scorer.scoring.curves import curve_facts
from scorer.scoring.facts import FACTS
from scorer.scoring.health import (
    ADJUSTMENTS,
    CONFIDENCE_WORDS,
    LEAST_KNOWN,
    PARTS,
    Part,
    share_column,
)
from scorer.scoring.inputs import BELIEVED, INPUTS
from scorer.scoring.insights import INSIGHTS
from scorer.scoring.labels import AUTOMATION
from scorer.scoring.rules import Label
