"""What a package's page warns of, in words that server and script share."""

from typing import NamedTuple

from domain.flags import is_severe


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
    "severe": Notice(
        "The latest version has a severe flaw",
        "See the advisories below, and whether a fixed version exists.",
    ),
    "vulnerable": Notice(
        "The latest version has known flaws",
        "See the advisories below, and whether a fixed version exists.",
    ),
    "hijacked": Notice(
        "Earlier versions were malicious",
        "The latest version is not among them. Check which one you have installed.",
    ),
}
"""By what is found, the gravest first: `security.status`, or `severe` where its flaw is, or
`hijacked` where a finding says so."""

NO_MORE_RELEASES = "No new releases are to be expected."
BY_PROJECT_STATUS = {
    "gone": Notice("No longer on PyPI", "What is shown was last seen before it was removed."),
    "quarantined": QUARANTINED,
    "archived": Notice("Archived by its owners", NO_MORE_RELEASES),
    "deprecated": Notice("Deprecated by its owners", NO_MORE_RELEASES),
}
"""By `project_status`, where what is found warns of nothing."""

GRAVE = ("malicious", "quarantined", "severe")
"""What is warned of in the colour of danger; all else in that of caution."""


class Warned(NamedTuple):
    """What a page warns of first."""

    notice: Notice
    grave: bool


def warning(found: str | None, project: str | None) -> Warned | None:
    """Return what is warned of first, or None; `found` as `what_is_found` gives it."""
    notice = BY_SECURITY.get(found or "") or BY_PROJECT_STATUS.get(project or "")
    return Warned(notice, bool({found, project} & set(GRAVE))) if notice else None


def what_is_found(status: str | None, severity: str | None, *, hijacked: bool) -> str | None:
    """Return the key of `BY_SECURITY` that the status, its severity and the findings amount to."""
    if is_severe(status, severity):
        return "severe"
    return status if status in BY_SECURITY or not hijacked else "hijacked"
