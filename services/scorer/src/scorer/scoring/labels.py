"""The labels of a package: ordered, numbered rules over its facts."""

from scorer.scoring.rules import Condition, Label, Rule

HIGH = 100_000
"""Downloads in 30 days from which a package counts as widely used."""
VERY_HIGH = 1_000_000
MONTH, HALF_YEAR, YEAR = 30, 180, 365
"""Days."""

_USED = Condition("downloads_last_month", ">=", HIGH)


def _within(days: int) -> tuple[Condition, ...]:
    return (Condition("days_since_activity", "<=", days),)


MAINTENANCE = Label(
    "maintenance",
    "Maintenance",
    "How long ago the last sign of work was, a commit or a release, and what hangs on it.",
    (
        Rule("archived", "its repository is archived", (Condition("archived", "is", True),)),
        Rule(
            "archived",
            "PyPI lists it as archived, deprecated or removed",
            (Condition("project_status", "in", ("archived", "deprecated", "gone")),),
        ),
        Rule(
            "archived",
            "its classifier says Development Status :: 7 - Inactive",
            (Condition("development_status", ">=", 7),),
        ),
        Rule("active", "a commit or release in the last 30 days", _within(MONTH)),
        Rule("stable", "a commit or release in the last 180 days", _within(HALF_YEAR)),
        Rule("minimal", "a commit or release in the last year", _within(YEAR)),
        Rule(
            "unknown",
            "no release for a year; its repository was pushed to since, but bots push as well",
            (
                Condition("days_since_activity", ">", YEAR),
                Condition("days_since_push", "<=", YEAR),
                Condition("commits_last_year", "unknown"),
            ),
        ),
        Rule(
            "quiet",
            "no work for a year, and none asked for: widely used with hardly an open issue",
            (Condition("days_since_activity", ">", YEAR), Condition("finished", "is", "finished")),
        ),
        Rule(
            "at_risk",
            "no commit or release for a year, though downloaded 100,000 times a month",
            (Condition("days_since_activity", ">", YEAR), _USED),
        ),
        Rule(
            "at_risk",
            "no commit or release for a year, though 100 packages require it",
            (Condition("days_since_activity", ">", YEAR), Condition("dependents", ">=", 100)),
        ),
        Rule(
            "quiet",
            "no commit or release for a year, and little used",
            (Condition("days_since_activity", ">", YEAR),),
        ),
        Rule("unknown", "neither a release day nor a commit is known"),
    ),
)

AUTOMATION = Label(
    "automation",
    "Automated downloads",
    "A jump to four times the downloads within four weeks from one country, one installer or one "
    "version alone is more likely a machine than new users.",
    (
        Rule(
            "unknown", "fewer than four known blocks of four weeks", (Condition("jump", "unknown"),)
        ),
        Rule(
            "no",
            "no four weeks brought four times the downloads of those before",
            (Condition("jump", "<=", 4.0),),
        ),
        Rule(
            "suspected",
            "downloads jumped to four times, nine in ten of them from one country",
            (Condition("largest_country_share", ">=", 0.9),),
        ),
        Rule(
            "suspected",
            "downloads jumped to four times, almost all by one installer",
            (Condition("largest_installer_share", ">=", 0.98),),
        ),
        Rule(
            "suspected",
            "downloads jumped to four times, almost all of one version among ten or more",
            (Condition("largest_version_share", ">=", 0.98), Condition("release_count", ">=", 10)),
        ),
        Rule(
            "unknown",
            "downloads jumped to four times; from where is not known",
            (
                Condition("largest_country_share", "unknown"),
                Condition("largest_installer_share", "unknown"),
                Condition("largest_version_share", "unknown"),
            ),
        ),
        Rule("no", "downloads jumped to four times, in several countries, installers or versions"),
    ),
)

PYTHON_SUPPORT = Label(
    "python_support",
    "Python support",
    "The lowest Python version it admits, against those that get security fixes on that day.",
    (
        Rule("legacy", "it still admits Python 2", (Condition("minimum_python_number", "<", 300),)),
        Rule(
            "broad",
            "it still admits Python versions without security fixes",
            (Condition("python_margin", "<", 0),),
        ),
        Rule(
            "current",
            "it admits all Python versions that get security fixes and none older",
            (Condition("python_margin", "<=", 0),),
        ),
        Rule(
            "recent_only",
            "it leaves out Python versions that still get security fixes",
            (Condition("python_margin", ">", 0),),
        ),
        Rule(
            "unknown",
            "its range of Python versions names no lowest one",
            (Condition("requires_python", "known"),),
        ),
        Rule("unknown", "it does not say which Python versions it needs"),
    ),
)

LICENSE_CLASS = Label(
    "license_class",
    "Licence",
    "The class of its licence, as far as its metadata can be read.",
    (
        *(
            Rule(kind, sentence, (Condition("license_class", "is", kind),))
            for kind, sentence in (
                ("permissive", "use freely, keep the notice (as MIT, Apache-2.0, BSD)"),
                ("weak_copyleft", "changes to its own files stay open (as MPL-2.0, LGPL)"),
                ("strong_copyleft", "works that contain it stay open (as GPL, AGPL)"),
                ("proprietary", "its terms are not those of an open-source licence"),
            )
        ),
        Rule("unknown", "its metadata names no licence that could be read"),
    ),
)

CADENCE = Label(
    "cadence",
    "Release cadence",
    "How often it was released in the last 365 days.",
    (
        Rule("new", "first released in the last 90 days", (Condition("age_days", "<", 90),)),
        Rule(
            "rapid",
            "twelve releases or more in a year",
            (Condition("releases_last_year", ">=", 12),),
        ),
        Rule(
            "regular",
            "four to eleven releases in a year",
            (Condition("releases_last_year", ">=", 4),),
        ),
        Rule(
            "occasional",
            "one to three releases in a year",
            (Condition("releases_last_year", ">=", 1),),
        ),
        Rule(
            "single",
            "released once, more than a year ago",
            (Condition("release_count", "is", 1), Condition("days_since_release", ">", YEAR)),
        ),
        Rule("dormant", "no release in a year", (Condition("releases_last_year", "is", 0),)),
        Rule("dormant", "no release in a year", (Condition("days_since_release", ">", YEAR),)),
        Rule("unknown", "its releases are not known"),
    ),
)
