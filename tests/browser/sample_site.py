"""Made-up packages in the exact shapes of the API's answers, for the browser tests.

The same name always gives the same numbers, so that screenshots can be compared by eye.
"""

import math
import random
from datetime import date, timedelta
from functools import cache
from typing import Any

Answer = dict[str, Any]

THROUGH = date(2026, 6, 30)
FIRST_DAY = date(2022, 3, 1)
GAP = (date(2026, 5, 25), date(2026, 5, 27))
SPIKE = date(2026, 4, 14)
GENERATION = 41
RULES = "2026.1"

FLAGGED = "colouredlog"
HOSTILE = '<img src="/x" onerror="document.title = 1"> and <b>bold</b>'
"""A summary that is no markup, whatever it looks like."""
UNFOLLOWED = "quietstone"
"""A package without a repository, without breakdowns and with too few downloads for a trend."""

COLOURS = ("amber", "brisk", "cedar", "delta", "ember", "fable", "grove", "harbor")
WOODS = ("indigo", "juniper", "kestrel", "lumen", "meadow", "nimbus", "orchid", "pebble")
STONES = ("quartz", "ripple", "saffron", "timber", "umber", "velvet", "willow", "zephyr")
TOOLS = ("kit", "lib", "forge", "cache", "queue", "parse", "sync", "graph", "table", "wire")
NAMES = [f"{first}-{tool}" for tool in TOOLS for first in (*COLOURS, *WOODS, *STONES)]

CATEGORIES = ["industry_standard", "hidden_gem", "invisible_infrastructure", "rising_star", "none"]
MAINTENANCE = ["active", "stable", "minimal", "at_risk", "archived"]
LICENSES = ["permissive", "permissive", "weak_copyleft", "strong_copyleft", "unknown"]
PYTHONS = ["current", "broad", "recent_only", "legacy", "unknown"]
CADENCES = ["rapid", "regular", "occasional", "new", "dormant"]
RISKS = ["healthy", "moderate", "concerning", "critical"]


def rank_of(name: str) -> int:
    """Place by downloads, 1 is the most downloaded."""
    return NAMES.index(name) + 1 if name in NAMES else len(NAMES) + 1


def monthly_downloads(name: str) -> int:
    """Downloads of the last 30 days, falling with the rank."""
    return 420 if name == UNFOLLOWED else round(1_300_000_000 / rank_of(name) ** 1.35)


def daily(name: str, day: date) -> int | None:
    """Downloads without mirrors on one day; none on the days the source lacks."""
    if GAP[0] <= day <= GAP[1]:
        return None
    age = (day - FIRST_DAY).days
    growth = 0.25 + 0.75 * age / (THROUGH - FIRST_DAY).days
    weekday = 0.62 if day.weekday() >= 5 else 1.12
    season = 1 + 0.06 * math.sin(age / 58)
    noise = random.Random(f"{name}{day}").uniform(0.94, 1.06)
    unusual = 2.6 if day == SPIKE else 1
    return round(monthly_downloads(name) / 30 * growth * weekday * season * noise * unusual)


def days_between(first: date, last: date) -> list[date]:
    """Every day, both ends included."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


@cache
def package(name: str) -> Answer:
    """One package as lists show it."""
    chance = random.Random(name)
    rank, month = rank_of(name), monthly_downloads(name)
    change = round(chance.uniform(-0.18, 0.32), 3)
    flagged, alone = name == FLAGGED, name == UNFOLLOWED
    return {
        "name": name,
        "display_name": name.title().replace("-", "_") if rank % 7 == 0 else name,
        "summary": HOSTILE
        if alone
        else f"A small library to {chance.choice(['read', 'join', 'watch', 'draw'])} tables, "
        f"graphs and streams from {chance.choice(['files', 'sockets', 'databases'])}.",
        "version": f"{chance.randint(0, 9)}.{chance.randint(0, 20)}.{chance.randint(0, 9)}",
        "released": str(THROUGH - timedelta(days=chance.randint(2, 500))),
        "stale": rank % 23 == 0,
        "data_through": str(THROUGH),
        "generation": GENERATION,
        "downloads": {
            "last_day": daily(name, THROUGH),
            "last_week": round(month * 7 / 30),
            "last_month": month,
            "total": month * 31,
            "rank": None if alone else rank,
        },
        "with_mirrors": {
            "last_day": round((daily(name, THROUGH) or 0) * 1.08),
            "last_week": round(month * 7.5 / 30),
            "last_month": round(month * 1.08),
            "total": month * 34,
        },
        "momentum": {
            "score": None if alone else round(chance.uniform(-0.08, 0.14), 4),
            "week_over_week": None if alone else change,
            "enough_data": not alone,
        },
        "health": {
            "score": 0 if flagged else chance.randint(28, 97),
            "confidence": "low" if alone else chance.choice(["high", "medium"]),
            "rules_version": RULES,
        },
        "labels": {
            "maintenance": MAINTENANCE[rank % 5],
            "category": CATEGORIES[rank % 5],
            "python": PYTHONS[rank % 5],
            "license": LICENSES[rank % 5],
            "cadence": CADENCES[rank % 5],
            "contributor_risk": RISKS[rank % 4],
        },
        "repository": None if alone or flagged else repository(name, chance),
        "dependents": 0 if alone else round(9_000 / rank),
        "project_status": "active",
        "security": security(name),
        "previous_month": round(month * 0.97),
        "trend": [60 + (at * 7) % 40 for at in range(51)] + [100],
        "sparkline": [daily(name, THROUGH - timedelta(days=29 - n)) for n in range(30)],
    }


def repository(name: str, chance: random.Random) -> Answer:
    """The repository part of a package."""
    stars = round(60_000 / rank_of(name) ** 0.6 * chance.uniform(0.3, 1.2))
    return {
        "full_name": f"sample-{name.partition('-')[0]}/{name}",
        "stars": stars,
        "forks": stars // 9,
        "open_issues": stars // 60,
        "contributors": stars // 50,
        "topics": ["data", "sample", name.partition("-")[2] or "python"],
        "last_commit": str(THROUGH - timedelta(days=chance.randint(1, 300))),
        "last_push": str(THROUGH),
        "archived": rank_of(name) % 5 == 4,
        "confidence": 0.95,
        "observed_at": "2026-06-28T03:12:00Z",
    }


def security(name: str) -> Answer:
    """The security part of a package."""
    if name == FLAGGED:
        finding = {
            "kind": "malicious",
            "source": "osv",
            "id": "MAL-2026-0001",
            "severity": "critical",
            "summary": "Sends the environment's variables to a foreign address when installed.",
            "url": "https://osv.dev/vulnerability/MAL-2026-0001",
            "since": "2026-06-11",
        }
        return {"status": "malicious", "severity": None, "findings": [finding]}
    if rank_of(name) == 3:
        finding = {
            "kind": "vulnerable",
            "source": "osv",
            "id": "SAMPLE-2026-0042",
            "severity": "high",
            "summary": "A crafted table can use all memory of the reader.",
            "url": "https://osv.dev/vulnerability/SAMPLE-2026-0042",
            "since": "2026-05-02",
        }
        return {"status": "vulnerable", "severity": "high", "findings": [finding]}
    return {"status": "clean", "severity": None, "findings": []}


def history_points(name: str, granularity: str) -> list[Answer]:
    """All history in days, weeks (from Monday) or months, the last period perhaps incomplete."""
    starts = {
        "day": lambda day: day,
        "week": lambda day: day - timedelta(days=day.weekday()),
        "month": lambda day: day.replace(day=1),
    }[granularity]
    periods: dict[date, list[tuple[date, int | None]]] = {}
    for day in days_between(FIRST_DAY, THROUGH):
        periods.setdefault(starts(day), []).append((day, daily(name, day)))
    return [point(start, members, granularity) for start, members in periods.items()]


def point(start: date, members: list[tuple[date, int | None]], granularity: str) -> Answer:
    """One period: its sum over the days there are, none when a day is missing."""
    values = [value for _, value in members]
    total = None if None in values else sum(value or 0 for value in values)
    whole = {"day": 1, "week": 7, "month": 30}[granularity]
    return {
        "date": str(start),
        "downloads": total,
        "with_mirrors": None if total is None else round(total * 1.08),
        "incomplete": granularity != "day" and members[-1][0] == THROUGH and len(members) < whole,
        "unusual": granularity == "day" and start == SPIKE,
        "automation": {"dimension": "installer", "label": "requests"}
        if granularity == "day" and start == SPIKE
        else None,
    }


def details(name: str) -> Answer:
    """What only the answer about one package carries."""
    months = [THROUGH - timedelta(days=45 * n) for n in range(12)]
    plain = name in NAMES
    return {
        "first_release": "2022-03-01",
        "requires_python": ">=3.9",
        "license": "MIT",
        "links": {
            "Documentation": "https://docs.example/",
            "Changelog": "https://log.example/",
            "Odd": "javascript:alert(1)",
        },
        "keywords": ["sample"],
        "owners": ["sample"],
        "maintainers": ["Sample maintainers"],
        "release_count": len(months),
        "releases": [
            {"version": f"4.{11 - n}.0", "day": str(day), "yanked": n == 3, "prerelease": n == 1}
            for n, day in enumerate(months)
        ],
        "dependencies": [dependency(at) for at in range(5, 11)] if plain else [],
        "dependents_top": [
            {"name": other, "last_month": monthly_downloads(other)} for other in NAMES[9:15]
        ]
        if plain
        else [],
        "star_history": star_history() if plain else [],
        "advisories": {"known": 1, "open": int(name == NAMES[2])},
        "freshness": {
            "downloads": str(THROUGH),
            "pypi": "2026-06-30T02:10:00Z",
            "github": "2026-06-28T03:12:00Z" if plain else None,
            "security": str(THROUGH),
        },
    }


def dependency(position: int) -> Answer:
    """One required package; every third is required by an extra only."""
    name = NAMES[position]
    return {"name": name, "extra": position % 3 == 0, "last_month": monthly_downloads(name)}


def star_history() -> list[Answer]:
    """Forty weeks of stars."""
    return [
        {"day": str(THROUGH - timedelta(days=7 * n)), "stars": 9_000 - 61 * n, "forks": 900 - n}
        for n in reversed(range(40))
    ]
