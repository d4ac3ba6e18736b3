"""Labels about people and the measures of a repository."""

from dataclasses import dataclass

from scorer.scoring.curves import LogScale, Share
from scorer.scoring.labels import HIGH, VERY_HIGH
from scorer.scoring.parts import Part
from scorer.scoring.rules import Condition, Label, Rule

_USED = Condition("downloads_last_month", ">=", HIGH)
_NO_REPOSITORY = Rule(
    "unknown", "no repository of it is known", (Condition("repository_id", "unknown"),)
)

CONTRIBUTOR_RISK = Label(
    "contributor_risk",
    "Contributor risk",
    "How many people carry it, against how much hangs on them.",
    (
        Rule(
            "critical",
            "one contributor, and a million downloads a month",
            (
                Condition("contributors", "<=", 1),
                Condition("downloads_last_month", ">=", VERY_HIGH),
            ),
        ),
        Rule(
            "critical",
            "one or two people made almost everything, and a million downloads a month",
            (
                Condition("contributors", "<=", 4),
                Condition("half_of_commits_by", "<=", 1),
                Condition("sole_maintainer", "is", True),
                Condition("downloads_last_month", ">=", VERY_HIGH),
            ),
        ),
        Rule(
            "concerning",
            "one or two contributors, and 100,000 downloads a month",
            (Condition("contributors", "<=", 2), _USED),
        ),
        Rule(
            "moderate",
            "three or four contributors, and 100,000 downloads a month",
            (Condition("contributors", "<=", 4), _USED),
        ),
        Rule(
            "moderate",
            "several contributors, but one made half of the commits of a widely used package",
            (
                Condition("contributors", ">=", 5),
                Condition("half_of_commits_by", "<=", 1),
                _USED,
            ),
        ),
        Rule("healthy", "five contributors or more", (Condition("contributors", ">=", 5),)),
        Rule(
            "small",
            "fewer than five contributors, and fewer than 100,000 downloads a month",
            (
                Condition("contributors", "known"),
                Condition("downloads_last_month", "<", HIGH),
            ),
        ),
        Rule(
            "unknown",
            "its downloads are not known, so what hangs on its few contributors is not either",
            (Condition("contributors", "known"),),
        ),
        _NO_REPOSITORY,
        Rule("unknown", "its contributors have not been counted yet"),
    ),
)

STALE_RELEASE = Label(
    "stale_release",
    "Unreleased work",
    "Commits that wait since the latest release.",
    (
        Rule("none", "all commits are released", (Condition("commits_since_release", "is", 0),)),
        Rule(
            "stale_release",
            "50 commits or more wait, and the latest release is half a year old",
            (
                Condition("commits_since_release", ">=", 50),
                Condition("days_since_release", ">", 180),
            ),
        ),
        Rule(
            "stale_release",
            "commits have waited for more than a year",
            (
                Condition("commits_since_release", ">=", 10),
                Condition("days_since_release", ">", 365),
            ),
        ),
        Rule(
            "some",
            "commits wait for the next release",
            (Condition("commits_since_release", "known"),),
        ),
        _NO_REPOSITORY,
        Rule("unknown", "its repository names no release that commits could be counted from"),
    ),
)

PULL_ACTIVITY = Label(
    "pull_activity",
    "Pull requests",
    "Pull requests merged in the last 365 days.",
    (
        Rule(
            "high",
            "a hundred or more merged in a year",
            (Condition("merged_pulls_last_year", ">=", 100),),
        ),
        Rule(
            "steady",
            "at least one a month on average",
            (Condition("merged_pulls_last_year", ">=", 12),),
        ),
        Rule("low", "a few in a year", (Condition("merged_pulls_last_year", ">=", 1),)),
        Rule(
            "waiting",
            "none merged in a year, and some wait",
            (Condition("merged_pulls_last_year", "is", 0), Condition("open_pulls", ">=", 1)),
        ),
        Rule("none", "none merged in a year", (Condition("merged_pulls_last_year", "is", 0),)),
        _NO_REPOSITORY,
        Rule("unknown", "its pull requests have not been counted yet"),
    ),
)

ENGAGEMENT = (
    Part(
        "merged_pulls",
        30,
        LogScale("merged_pulls_last_year", full=100),
        "pull requests merged in a year",
        "own",
        "merging pull requests",
    ),
    Part(
        "answered_issues",
        25,
        Share("closed_issues", "open_issues", prior_good=1.8, prior_total=3.0),
        "issues closed among all reported",
        "own",
        "closing open issues",
    ),
    Part(
        "helpers",
        25,
        LogScale("contributors", full=100),
        "people with a commit",
        "scale as in OpenSSF Criticality",
        "more contributors",
    ),
    Part(
        "watching",
        10,
        LogScale("watchers", full=1_000),
        "people who follow what happens in the repository",
        "own",
        "more people who watch it",
    ),
    Part(
        "talk",
        10,
        LogScale("discussions", full=1_000),
        "discussions held",
        "own",
        "more discussions",
    ),
)
"""Engagement, 0 to 100: 100 * sum(w * s) / sum(w) over the parts known, like health."""

ENGAGEMENT_LEAST = 35.0
"""Points of weight that must be known for engagement to be given."""

LEAST_STARS = 20
"""Below this, a number for every 1,000 stars says nothing."""


@dataclass(frozen=True)
class Measure:
    """A number and the label that says whether it is given, or why not.

    The column of the number has the label's name; the label's last rule means it is given.
    """

    fact: str
    label: Label


def _measure(fact: str, name: str, title: str, meaning: str, *needs: Rule) -> Measure:
    rules = (_NO_REPOSITORY, *needs, Rule("given", "counted"))
    return Measure(fact, Label(name, title, meaning, rules))


def _uncounted(fact: str, sentence: str) -> Rule:
    return Rule("unknown", sentence, (Condition(fact, "unknown"),))


_FEW_STARS = Rule(
    "too_few",
    "fewer than 20 stars, so the ratio would say nothing",
    (Condition("stars", "<", LEAST_STARS),),
)

MEASURES = (
    _measure(
        "issues_per_1000_stars",
        "issue_burden",
        "Issue burden",
        "Open issues for every 1,000 stars.",
        _FEW_STARS,
        _uncounted("open_issues", "its open issues are not known"),
    ),
    _measure(
        "discussions_per_thousand",
        "discussions_per_1000_stars",
        "Discussions",
        "Discussions for every 1,000 stars.",
        _FEW_STARS,
        _uncounted("discussions", "its discussions are not known"),
    ),
    _measure(
        "fork_share",
        "fork_conversion",
        "Fork conversion",
        "Contributors beyond the first for every 100 forks: how many who copy it give back.",
        Rule("too_few", "fewer than 5 forks", (Condition("forks", "<", 5),)),
        _uncounted("contributors", "its contributors are not known"),
    ),
)
