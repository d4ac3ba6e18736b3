"""How bad a flaw is: from CVSS vectors of any version, else from the database's own word."""

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from cvss import CVSS2, CVSS3, CVSS4, CVSSError

from events import Severity

MAX_VECTOR_LENGTH = 400
"""Characters; the longest meaningful CVSS 4 vector has about 200."""

WORDS = {
    "CRITICAL": Severity.CRITICAL,
    "HIGH": Severity.HIGH,
    "MODERATE": Severity.MEDIUM,
    "MEDIUM": Severity.MEDIUM,
    "LOW": Severity.LOW,
    "NONE": Severity.NONE,
}

WORST_FIRST = (
    Severity.CRITICAL,
    Severity.HIGH,
    Severity.MEDIUM,
    Severity.LOW,
    Severity.NONE,
    Severity.UNKNOWN,
)


class Rating(NamedTuple):
    """A severity and, where a vector gave it, its CVSS base score of 0 to 10."""

    severity: Severity = Severity.UNKNOWN
    score: float | None = None


UNRATED = Rating()


def rating(vectors: Iterable[str], word: object = None) -> Rating:
    """Return the rating of one record: the newest CVSS version's vector, else the word."""
    rated = [(_version(vector), of_vector(vector)) for vector in vectors]
    known = [(version, found) for version, found in rated if found is not None]
    if known:
        return max(known, key=lambda pair: (pair[0], pair[1].score or 0.0))[1]
    if isinstance(word, str):
        return Rating(WORDS.get(word.strip().upper(), Severity.UNKNOWN))
    return UNRATED


def worst(ratings: Iterable[Rating]) -> Rating:
    """Return the worst of several ratings; unknown only where none is known."""
    return min(ratings, key=_badness, default=UNRATED)


def _badness(rated: Rating) -> tuple[int, float]:
    return WORST_FIRST.index(rated.severity), -(rated.score or 0.0)


def _version(vector: str) -> int:
    if vector.startswith("CVSS:4"):
        return 4
    return 3 if vector.startswith("CVSS:3") else 2


@lru_cache(maxsize=20_000)
def of_vector(vector: str) -> Rating | None:
    """Return the rating of a CVSS vector; none where it is not one."""
    if len(vector) > MAX_VECTOR_LENGTH:
        return None
    try:
        score = _base_score(vector)
    except (CVSSError, KeyError, ValueError, ArithmeticError):
        return None
    return Rating(of_score(score), score)


def _base_score(vector: str) -> float:
    match _version(vector):
        case 4:
            return float(CVSS4(vector).base_score)
        case 3:
            return float(CVSS3(vector).base_score)
        case _:
            return float(CVSS2(vector).base_score)


def of_score(score: float) -> Severity:
    """Return the word for a base score (CVSS 3.1 and 4.0, table "Qualitative severity rating")."""
    if score >= 9.0:
        return Severity.CRITICAL
    if score >= 7.0:
        return Severity.HIGH
    if score >= 4.0:
        return Severity.MEDIUM
    return Severity.LOW if score > 0 else Severity.NONE
