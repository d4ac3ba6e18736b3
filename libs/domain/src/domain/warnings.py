"""What a package's page warns of, in words that server and script share."""

from typing import NamedTuple


class Notice(NamedTuple):
    """A warning's headline and what it means for the reader."""

    title: str
    text: str


QUARANTINED = Notice(
    "Quarantined by PyPI", "PyPI has taken its files out of reach while they are examined."
)
BY_SECURITY = {
    "malicious": Notice(
        "Malicious: do not install this package",
        "Known malware. If you have installed it, treat the machine and its secrets as exposed.",
    ),
    "quarantined": QUARANTINED,
    "lookalike": Notice(
        "The name is close to another package's",
        "Check that you meant it. A likeness is a reason to look twice, not a verdict.",
    ),
    "vulnerable": Notice(
        "The latest version has known flaws",
        "See the advisories below, and whether a fixed version exists.",
    ),
}
"""By `security.status`."""

NO_MORE_RELEASES = "No new releases are to be expected."
BY_PROJECT_STATUS = {
    "gone": Notice("No longer on PyPI", "What is shown was last seen before it was removed."),
    "quarantined": QUARANTINED,
    "archived": Notice("Archived by its owners", NO_MORE_RELEASES),
    "deprecated": Notice("Deprecated by its owners", NO_MORE_RELEASES),
}
"""By `project_status`, where the security status warns of nothing."""


def warning(security: str | None, project: str | None) -> Notice | None:
    """Return what is warned of first, or None."""
    return BY_SECURITY.get(security or "") or BY_PROJECT_STATUS.get(project or "")
