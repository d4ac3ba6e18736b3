"""The longer answers of the sample site: scores, breakdowns, advisories, status, definitions."""

import random
from datetime import timedelta
from typing import Any

import sample_site as site

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
    ("release_recency", "Release recency", 30),
    ("downloads", "Downloads", 15),
    ("commit_recency", "Commit recency", 15),
    ("commit_volume", "Commit volume", 10),
    ("issue_closing", "Issues closed", 10),
    ("contributors", "Contributors", 10),
    ("release_cadence", "Release cadence", 5),
    ("dependents", "Dependents", 5),
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
    present = [part for part in PARTS if package["repository"] or "commit" not in part[0]]
    return {
        "package": name,
        "health": {
            **package["health"],
            "parts": [score_part(*part, chance=chance) for part in present],
            "multipliers": [
                {
                    "name": "open_advisory",
                    "factor": 0.7,
                    "reason": "An open advisory of high severity.",
                }
            ]
            if package["security"]["status"] == "vulnerable"
            else [],
        },
        "labels": [
            {
                "name": label,
                "value": value,
                "rule": f"sample rule {number}",
                "explanation": f"The sample rule for {label.replace('_', ' ')} gave {value}.",
            }
            for number, (label, value) in enumerate(package["labels"].items(), 1)
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


def score_part(name: str, title: str, weight: int, chance: random.Random) -> Answer:
    """One line of the health score."""
    value = round(chance.uniform(0.3, 1), 2)
    return {
        "name": name,
        "title": title,
        "weight": weight,
        "points": round(weight * value, 1),
        "of": weight,
        "inputs": [
            {
                "name": f"{title.lower()}, measured",
                "value": chance.randint(1, 400),
                "observed": "2026-06-28",
            }
        ],
        "explanation": f"{title} reached {value:.0%} of what it can reach.",
        "would_change": "A newer release would raise it."
        if value < 0.9
        else "Nothing: it is near its limit.",
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
    sources = [("clickhouse", False, None), ("pypi", False, None), ("osv", False, None)]
    late = ("github", True, "The token's hourly limit was reached; the rest follows at 04:00.")
    return {
        "sample_data": True,
        "data_through": day,
        "generation": site.GENERATION,
        "sources": [
            {"name": name, "newest": day, "late": is_late, "problem": problem}
            for name, is_late, problem in [*sources, late]
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
    }


def definitions() -> Answer:
    """What the About page is made of."""
    return {
        "rules_version": site.RULES,
        "health": [
            {
                "name": name,
                "title": title,
                "weight": weight,
                "formula": "0.5 ^ (max(0, days - 90) / 365)",
                "thresholds": {},
                "meaning": f"How the sample measures {title.lower()}.",
                "source": "sample",
            }
            for name, title, weight in PARTS
        ],
        "labels": [
            label_definition("maintenance", "Maintenance", site.MAINTENANCE),
            label_definition("category", "Category", site.CATEGORIES),
            label_definition("license_class", "Licence", sorted(set(site.LICENSES))),
            label_definition("python_support", "Python support", site.PYTHONS),
            label_definition("cadence", "Release cadence", site.CADENCES),
            label_definition("contributor_risk", "Contributor risk", site.RISKS),
        ],
        "momentum": {
            "name": "momentum",
            "title": "Momentum",
            "formula": "M = Σ w c - √(Σ w (c - mean)²)",
            "thresholds": {"minimum downloads": 1000},
            "meaning": "Steady growth over six months.",
            "source": "sample",
        },
        "insights": [
            {
                "name": name,
                "title": name.replace("_", " ").capitalize(),
                "formula": "a rule",
                "thresholds": {},
                "meaning": meaning,
                "source": "sample",
            }
            for name, meaning in INSIGHTS.items()
        ],
    }


def label_definition(name: str, title: str, values: list[str]) -> Answer:
    """One label and what its values mean."""
    return {
        "name": name,
        "title": title,
        "meaning": f"What the sample says of {title.lower()}.",
        "source": "sample",
        "rules": [
            {
                "number": number,
                "id": f"{name}.{number}",
                "value": value,
                "because": f"the sample's reason for {value}",
                "when": [
                    {"fact": "sample", "test": "is", "value": value, "words": f"sample is {value}"}
                ],
            }
            for number, value in enumerate(values, 1)
        ],
    }
