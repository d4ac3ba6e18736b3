"""How bad a flaw is said to be."""

import pytest

from events import Severity
from security_scan.severity import Rating, of_vector, rating, worst

V2 = "AV:N/AC:L/Au:N/C:P/I:P/A:P"
V3 = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"
V4 = "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:L/VA:N/SC:N/SI:N/SA:N"


@pytest.mark.parametrize(
    ("vector", "severity", "score"),
    [(V2, Severity.HIGH, 7.5), (V3, Severity.CRITICAL, 9.8), (V4, Severity.MEDIUM, 6.9)],
)
def test_vectors_of_every_cvss_version_are_read(
    vector: str, severity: Severity, score: float
) -> None:
    assert of_vector(vector) == Rating(severity, score)


def test_the_newest_cvss_version_of_a_record_counts() -> None:
    assert rating([V2, V3, V4], "LOW") == of_vector(V4)


@pytest.mark.parametrize(
    ("word", "severity"),
    [
        ("MODERATE", Severity.MEDIUM),
        ("critical", Severity.CRITICAL),
        ("awful", Severity.UNKNOWN),
        (None, Severity.UNKNOWN),
        (7, Severity.UNKNOWN),
        ({}, Severity.UNKNOWN),
    ],
)
def test_without_a_vector_the_databases_word_counts_and_else_it_is_unknown(
    word: object, severity: Severity
) -> None:
    assert rating([], word) == Rating(severity)


@pytest.mark.parametrize(
    "vector", ["", "high", "CVSS:3.1/AV:N", "CVSS:4.0/AV:X", "CVSS:9.9/AV:N", V3 * 50, "AV:N/AC"]
)
def test_a_vector_that_is_none_falls_back_to_the_word(vector: str) -> None:
    assert rating([vector], "HIGH") == Rating(Severity.HIGH)


def test_of_several_records_the_worst_known_rating_counts() -> None:
    ratings = [
        Rating(),
        Rating(Severity.HIGH, 7.1),
        Rating(Severity.HIGH, 8.8),
        Rating(Severity.LOW),
    ]
    assert worst(ratings) == Rating(Severity.HIGH, 8.8)
    assert worst([]) == Rating(Severity.UNKNOWN)
