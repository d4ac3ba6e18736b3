"""What deserves a look among packages that are used together, the gravest first.

One table of rules: the api's answers carry the sentences of those that hold, in this order, and
its document of the rules is made from the same table.
"""

from collections.abc import Callable

import msgspec

from api.answers.package import Document

GRAVE = ("critical", "high")
POOR_HEALTH = 40
"""Points of 100 below which health alone is worth a look."""


class Rule(msgspec.Struct, frozen=True):
    """One reason to look at a package."""

    name: str
    meaning: str
    tone: str
    """bad, caution or note."""
    holds: Callable[[Document], bool]


def _status(*names: str) -> Callable[[Document], bool]:
    return lambda found: found["security"]["status"] in names


def _project(*names: str) -> Callable[[Document], bool]:
    return lambda found: found["project_status"] in names


def _affected(grave: bool) -> Callable[[Document], bool]:
    def holds(found: Document) -> bool:
        severe = [each["severity"] in GRAVE for each in found["security"]["advisories"]]
        return any(severe) if grave else bool(severe) and not any(severe)

    return holds


RULES = (
    Rule("malicious", "Reported as malicious: remove it.", "bad", _status("malicious")),
    Rule("quarantined", "Quarantined by PyPI.", "bad", _status("quarantined")),
    Rule(
        "lookalike",
        "Its name is close to a much used package's: is it the one you mean?",
        "bad",
        _status("lookalike"),
    ),
    Rule(
        "unknown",
        "Not on PyPI: whoever registers the name there decides what is installed.",
        "bad",
        lambda found: not found["known"],
    ),
    Rule("gone", "No longer on PyPI.", "bad", _project("gone")),
    Rule("grave_advisory", "Advisories of high or critical severity.", "bad", _affected(True)),
    Rule("advisory", "Known advisories.", "caution", _affected(False)),
    Rule("yanked", "This version was withdrawn.", "caution", lambda found: found["yanked"]),
    Rule(
        "ended",
        "Archived or deprecated.",
        "caution",
        lambda found: found["maintenance"] == "archived",
    ),
    Rule(
        "at_risk",
        "Much used, and no sign of work for a year.",
        "caution",
        lambda found: found["maintenance"] == "at_risk",
    ),
    Rule(
        "poor_health",
        f"Health below {POOR_HEALTH}.",
        "note",
        lambda found: (
            found["health"]["score"] is not None and found["health"]["score"] < POOR_HEALTH
        ),
    ),
    Rule(
        "strong_copyleft",
        "Licence with strong copyleft.",
        "note",
        lambda found: found["license"]["class"] == "strong_copyleft",
    ),
    Rule(
        "no_licence",
        "No licence could be read.",
        "note",
        lambda found: found["known"] and found["license"]["class"] == "unknown",
    ),
)
"""The gravest first; a package's place is that of its gravest."""


def reasons(found: Document) -> list[Document]:
    """Return the rules that hold of a package, the gravest first."""
    return [
        {"rule": each.name, "tone": each.tone, "text": each.meaning}
        for each in RULES
        if each.holds(found)
    ]


PLACE = {each.name: place for place, each in enumerate(RULES)}


def order(found: Document) -> tuple[int, int, str]:
    """Return where a package stands: by its gravest reason, then by its use, the least first."""
    first = found["attention"]
    place = PLACE[first[0]["rule"]] if first else len(RULES)
    return place, found["downloads"]["last_month"] or 0, found["name"]
