"""The longer answers of the sample site: scores, breakdowns, advisories, status, definitions."""

import random
from datetime import timedelta
from typing import Any

import sample_site as site

from scorer.scoring.definitions import definitions as scoring_definitions

Answer = dict[str, Any]

LABELS_OF = {
    "python": ["3.12", "3.11", "3.10", "3.9", "3.13", ""],
    "system": ["Linux", "Darwin", "Windows", "other", ""],
    "installer": ["pip", "uv", "poetry", "bandersnatch", "requests", ""],
    "country": ["US", "DE", "IN", "GB", "CN", "FR", "JP", ""],
    "version": ["4.2.0", "4.1.3", "4.1.2", "4.0.0", "3.9.1"],
    "file_type": ["bdist_wheel", "sdist"],
}
PARTS = [
    ("release_recency", 30),
    ("downloads", 15),
    ("commit_recency", 15),
    ("commit_volume", 10),
    ("issue_closing", 10),
    ("contributors", 10),
    ("release_cadence", 5),
    ("dependents", 5),
]
INSIGHTS = {
    "industry_standard": "Used by nearly everyone, known by nearly everyone, and still released.",
    "hidden_gem": "Downloaded by millions, starred by few.",
    "invisible_infrastructure": "Under almost everything, seen by almost nobody.",
    "rising_star": "Growing steadily over months, ahead of the market.",
    "quiet": "Widely used and quiet for a long time: it may need maintainers.",
}


def breakdown(name: str, dimension: str, days: int) -> Answer:
    """Shares of the labels and their daily course."""
    labels = [] if name == site.UNFOLLOWED else LABELS_OF[dimension]
    weights = [1 / (place + 1) ** 1.3 for place in range(len(labels))]
    total = site.monthly_downloads(name) * days / 30
    window = site.days_between(site.THROUGH - timedelta(days=days - 1), site.THROUGH)
    share = [weight / sum(weights) for weight in weights]
    return {
        "package": name,
        "dimension": dimension,
        "days": days,
        "labels": [
            {"label": label, "downloads": round(total * part), "share": part}
            for label, part in zip(labels, share, strict=True)
        ],
        "series": [
            {"label": label, "points": [scaled(site.daily(name, day), part) for day in window]}
            for label, part in zip(labels, share, strict=True)
        ],
        "first_day": str(window[0]),
        "data_through": str(site.THROUGH),
    }


def scaled(value: int | None, part: float) -> int | None:
    """A share of a count; a gap stays a gap."""
    return None if value is None else round(value * part)


def score(name: str) -> Answer:
    """The explained health score and labels."""
    package, chance = site.package(name), random.Random(name)
    vulnerable = package["security"]["status"] == "vulnerable"
    return {
        "package": name,
        "health": {
            **package["health"],
            "parts": [score_part(*part, chance, package["repository"] is None) for part in PARTS],
            "multipliers": [FLAW] if vulnerable else [],
        },
        "engagement": {"score": None if package["repository"] is None else 61.0, "parts": []},
        "labels": [
            label(number, *pair) for number, pair in enumerate(package["labels"].items(), 1)
        ],
        "measures": [
            {
                "name": "issue_burden",
                "title": "Issue burden",
                "value": None if package["repository"] is None else 16.7,
                "rule": "issue_burden.4",
                "explanation": "Open issues for every 1,000 stars.",
            }
        ],
        "momentum": package["momentum"],
        "history": [
            {
                "week": str(site.THROUGH - timedelta(days=1 + 7 * week)),
                "health": package["health"]["score"] - week % 5,
            }
            for week in reversed(range(30))
        ],
    }


FLAW = {
    "name": "Open flaws",
    "kind": "factor",
    "amount": 0.7,
    "factor": 0.7,
    "reason": "an open flaw of high severity",
    "rule": "flaws.2",
}


def label(number: int, name: str, value: str) -> Answer:
    """One explained label."""
    return {
        "name": name,
        "title": name.replace("_", " ").capitalize(),
        "value": value,
        "rule": f"{name}.{number}",
        "explanation": f"the sample's rule for {name.replace('_', ' ')} gave {value}",
        "would_change": ["active: a commit (else push) or release in the last 30 days"],
        "inputs": [],
    }


def score_part(name: str, weight: int, chance: random.Random, alone: bool) -> Answer:
    """One line of the health score; what comes from a repository may be unknown."""
    value = round(chance.uniform(0.3, 1), 2)
    unknown = alone and ("commit" in name or name in ("issue_closing", "contributors"))
    return {
        "name": name,
        "points": None if unknown else round(weight * value, 1),
        "of": weight,
        "inputs": [
            {
                "name": f"days_since_{name}",
                "value": None if unknown else chance.randint(1, 400),
                "unit": "days",
                "observed": "2026-06-28",
            }
        ],
        "explanation": f"how the sample sees {name.replace('_', ' ')}: half lost every 365 days",
        "would_change": "a new release, up to 3.0 points more" if value < 0.9 else None,
    }


def advisories() -> list[Answer]:
    """A catalogue of made-up advisories, newest first."""
    kinds = ["vulnerable", "malicious", "vulnerable", "vulnerable", "hijacked"]
    severities = ["high", "critical", "medium", "low", "unknown"]
    return [
        {
            "id": f"SAMPLE-2026-{1000 - number:04d}",
            "aliases": [f"CVE-2026-{90000 - number}"],
            "kind": kinds[number % 5],
            "severity": severities[number % 5],
            "score": [8.1, None, 5.4, 2.2, None][number % 5],
            "summary": "A made-up flaw: crafted input can stop the reader.",
            "url": f"https://osv.dev/vulnerability/SAMPLE-2026-{1000 - number:04d}",
            "published": f"{site.THROUGH - timedelta(days=number)}T08:00:00Z",
            "modified": f"{site.THROUGH - timedelta(days=number // 2)}T09:00:00Z",
            "packages": [
                {"name": advised(kinds[number % 5], number), "fixed_in": ["2.0.1"][: number % 2]}
            ],
        }
        for number in range(120)
    ]


def advised(kind: str, number: int) -> str:
    """The package that an advisory names; only one is malicious as a whole."""
    return site.FLAGGED if kind == "malicious" else site.NAMES[number]


def status() -> Answer:
    """Freshness, the last runs and their gates."""
    day = str(site.THROUGH)
    sources = [("downloads", "clickhouse", False, None), ("security", "osv", False, None)]
    problem = "GitHub's hourly limit was reached; the rest follows at 04:00"
    late = ("metadata", "github", True, problem)
    return {
        "sample_data": True,
        "data_through": day,
        "generation": site.GENERATION,
        "sources": [
            {"name": name, "source": source, "newest": day, "late": is_late, "problem": problem}
            for name, source, is_late, problem in [*sources, late]
        ],
        "runs": [
            run("downloads", "complete", None, 0),
            run("metadata", "partial", "120 repositories were not answered in time.", 0),
            run("security", "complete", None, 0),
            run("downloads", "held", "The day's total is 41 % of the same weekday before.", 1),
        ],
        "gates": [
            {
                "run_id": "downloads-2026-06-29",
                "gate": "total_within_bounds",
                "passed": False,
                "measured": 0.41,
                "limit": 0.5,
                "reason": "The day's total is 41 % of the same weekday before.",
            },
            {
                "run_id": "downloads-2026-06-30",
                "gate": "newest_day",
                "passed": True,
                "measured": 1,
                "limit": 1,
                "reason": "The newest day is the day asked for.",
            },
        ],
        "gaps": [str(day) for day in site.days_between(*site.GAP)],
        "scheduled": True,
        "schedules": [
            {
                "kind": "downloads",
                "rule": "At 04:30 every day, UTC",
                "next": "2026-07-02T04:30:00Z",
                "last_run": "downloads-2026-06-30-1",
                "last_status": "complete",
                "last_started": "2026-07-01T04:30:11Z",
            },
            {
                "kind": "security",
                "rule": "At 00:00, 06:00, 12:00, and 18:00 every day, UTC",
                "next": "2026-07-01T18:00:00Z",
                "last_run": None,
                "last_status": None,
                "last_started": None,
            },
        ],
        "corrections": [
            {
                "day": "2026-06-12",
                "run_id": "downloads-2026-06-30",
                "packages": 412,
                "downloads": -53_201,
            }
        ],
        "stale_packages": 10,
        "packages": len(site.NAMES) + 2,
    }


def run(kind: str, outcome: str, reason: str | None, days_ago: int) -> Answer:
    """One run."""
    day = site.THROUGH - timedelta(days=days_ago)
    return {
        "run_id": f"{kind}-{day}",
        "kind": kind,
        "day": str(day),
        "status": outcome,
        "started": f"{day + timedelta(days=1)}T01:00:00Z",
        "completed": None if outcome == "held" else f"{day + timedelta(days=1)}T01:07:30Z",
        "applied": 240,
        "expected": 240,
        "reason": reason,
        "missing_count": 120 if outcome == "partial" else 0,
        "left_out": ["breakdown by country: the source has no such table"] * (kind == "security"),
    }


def definitions() -> Answer:
    """What the About page is made of: the scoring's own."""
    return scoring_definitions()
