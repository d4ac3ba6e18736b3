"""What the probability depends on, one number each; `weights.toml` has a weight for each."""

import math
import re

from security_scan.lookalike.candidates import Candidate
from security_scan.lookalike.edits import Edit
from security_scan.lookalike.targets import Targets

SILENT = re.compile("[-aeiouy]")

WHOLE_NAME = frozenset(
    {
        Edit.SEPARATOR,
        Edit.WORD_ORDER,
        Edit.AFFIX,
        Edit.VERSION_SUFFIX,
        Edit.TWO_EDITS,
        Edit.IMPORT_NAME,
    }
)
"""Differences that are in no one place."""

LONG = 16
SHORT = 8
"""Letters beyond which length tells nothing more."""


def features(candidate: Candidate, targets: Targets) -> dict[str, float]:
    """Return the candidate's features by name; one that is absent is zero."""
    name, target, how = candidate
    words = name.split("-")
    new = [word for word in words if word not in target.words]
    old = [word for word in target.words if word not in words]
    strangeness = targets.spelling.strangeness
    found = {
        f"edit.{how.edit}": 1.0,
        "rank": math.log(target.rank) / 8,
        "length": min(len(target.letters), LONG) / LONG,
        "short": min(len(target.letters), SHORT) / SHORT,
        "strange_spelling": (sum(map(strangeness, new)) - sum(map(strangeness, old))) / 10,
        "other_first_letter": float(name[0] != target.name[0]),
        "several_words": float(len(words) > 1),
        "other_number_of_words": float(len(words) != len(target.words)),
        "known_words": float(bool(new) and all(word in targets.words for word in new)),
        "same_sound": float(sound(name) == sound(target.name)),
        "family": float(len(words) > 1 and words[0] in targets.families),
    }
    return found | ({} if how.edit in WHOLE_NAME else _position(candidate))


def sound(name: str) -> str:
    """Return what is left of a name without vowels, separators and second letters of doubles."""
    return re.sub(r"(.)\1+", r"\1", SILENT.sub("", name))


def _position(candidate: Candidate) -> dict[str, float]:
    at, length = candidate.change.at, len(candidate.name.replace("-", ""))
    return {"at_start": float(at <= 1), "at_end": float(at >= length - 2)}
