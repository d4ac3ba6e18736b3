"""What is left out of lists, and what is kept there with a mark: the one rule of all services.

SQL, the scoring, the api, the site's pages and the About page read it from here.
"""

FLAGGED = ("malicious", "quarantined", "lookalike")
"""Statuses of `security.status`, the gravest first: out of every list, ranking and comparison's
praise; found by search alone. The view `package_list` marks the same ones."""

SEVERE = ("critical", "high")
"""Severities of an open flaw of the latest version with which a package is recommended nowhere:
out of insight lists, feeds and cards; kept in the leaderboard with a mark."""

RULES = (
    (
        "Malicious, quarantined by PyPI, or a look-alike",
        "In no leaderboard, list, feed or card, and without rank, labels or badges of praise. "
        "Search finds it, and its page opens with the warning.",
    ),
    (
        "The latest version has an open flaw of critical or high severity",
        "In no insight list, feed or card. Kept in the leaderboard with a red mark, and in "
        "search; its page opens with a red warning.",
    ),
    (
        "The latest version has an open flaw of lower or unknown severity",
        "In all lists, with a mark; its page opens with a warning.",
    ),
    (
        "Earlier versions were malicious, the latest is not",
        "In all lists; its page opens with a warning that names those versions.",
    ),
)
"""The rule in words: what is found, and what follows."""


def is_severe(status: str | None, severity: str | None) -> bool:
    """Return whether the latest version is open to a flaw of a severity in `SEVERE`."""
    return status == "vulnerable" and severity in SEVERE
