"""What a page says before any script runs, and to whoever runs none: HTML, everything escaped.

It stands where the page's script puts the same and more as soon as it has the whole answer.
"""

from collections.abc import Sequence
from datetime import date
from html import escape
from math import floor
from urllib.parse import quote

import msgspec

from api.site.badges import short
from domain.flags import FLAGGED
from domain.warnings import warning, what_is_found

ABSENT = "–"
TREND_DAYS = 30
"""Days over which the change of stars is told."""
GITHUB, PYPI = "https://github.com/", "https://pypi.org/project/"


class Downloads(msgspec.Struct):
    """Downloads of one kind."""

    last_day: int = 0
    last_week: int = 0
    last_month: int = 0
    total: int = 0
    rank: int | None = None


class Finding(msgspec.Struct):
    """One thing found about a package."""

    kind: str


class Security(msgspec.Struct):
    """The verdict, and the newest version that is free of it."""

    status: str | None = None
    severity: str | None = None
    safe_version: str | None = None
    findings: list[Finding] = []


class Repository(msgspec.Struct):
    """The package's repository on GitHub."""

    full_name: str
    stars: int


class Stars(msgspec.Struct):
    """Stars of one day."""

    day: date
    stars: int


class Momentum(msgspec.Struct):
    """Growth against the market; the score is a logarithm."""

    score: float | None = None


class Health(msgspec.Struct):
    """The health score of 0 to 100."""

    score: float | None = None


class PackageFacts(msgspec.Struct):
    """What is read of a package, in lists and of its own."""

    name: str
    display_name: str | None = None
    summary: str | None = None
    version: str | None = None
    released: str | None = None
    project_status: str | None = None
    downloads: Downloads = msgspec.field(default_factory=Downloads)
    security: Security = msgspec.field(default_factory=Security)
    repository: Repository | None = None
    momentum: Momentum = msgspec.field(default_factory=Momentum)
    health: Health = msgspec.field(default_factory=Health)
    with_mirrors: Downloads = msgspec.field(default_factory=Downloads)
    previous_month: int | None = None
    star_history: list[Stars] = []
    trend: list[int | None] = []
    dependents: int = 0

    @property
    def is_flagged(self) -> bool:
        """Whether nothing may be told that reads like praise."""
        return self.security.status in FLAGGED

    @property
    def title(self) -> str:
        """The name as its author writes it."""
        return self.display_name or self.name


def package_content(facts: PackageFacts) -> str:
    """Return a package's warning, name, summary, links and headline numbers."""
    return _warning(facts) + _head(facts) + _figures(facts)


def _warning(facts: PackageFacts) -> str:
    hijacked = any(each.kind == "hijacked" for each in facts.security.findings)
    status, severity = facts.security.status, facts.security.severity
    found = what_is_found(status, severity, hijacked=hijacked)
    warned = warning(found, facts.project_status)
    if warned is None:
        return ""
    notice = warned.notice
    safe = facts.security.safe_version
    free = f"<p>Newest version without an open flaw: {_strong(safe)}</p>" if safe else ""
    tone = "bad" if warned.grave else "caution"
    return (
        f'<section class="notice banner {tone}"><h2>{escape(notice.title)}</h2>'
        f"<p>{escape(notice.text)}</p>{free}</section>"
    )


def _head(facts: PackageFacts) -> str:
    lead = f'<p class="lead">{escape(facts.summary)}</p>' if facts.summary else ""
    released = f", released {_day(facts.released)}" if facts.released else ""
    version = f"Version {escape(facts.version)}{released}" if facts.version else ""
    links = [("PyPI", f"{PYPI}{quote(facts.name)}/")]
    if facts.repository:
        links.append(("GitHub", GITHUB + quote(facts.repository.full_name)))
    buttons = "".join(
        f'<li><a class="button" href="{escape(href)}">{title}</a></li>' for title, href in links
    )
    return (
        f'<header class="page-head"><h1 class="mono">{escape(facts.title)}</h1>{lead}'
        f'<ul class="chips"><li class="note">{version}</li></ul>'
        f'<ul class="chips screen-only">{buttons}</ul></header>'
    )


def _figures(facts: PackageFacts) -> str:
    """Return the headline numbers in one row, and all other counts in one line."""
    figures = [_downloads(facts)]
    if not facts.is_flagged:
        health = facts.health.score
        figures += [
            _stars(facts),
            _figure("Momentum", signed(facts.momentum.score), "growth against the market"),
            _figure(
                "Health",
                ABSENT if health is None else f"{_rounded(health)}<small> of 100</small>",
                '<a href="#health">line by line</a>',
            ),
        ]
    return f'<dl class="figures">{"".join(figures)}</dl>{_counts(facts)}'


def _downloads(facts: PackageFacts) -> str:
    month, before = facts.downloads.last_month, facts.previous_month
    note = "without mirrors"
    if before and not facts.is_flagged:
        note = f"{change(month / before - 1)} on the 30 days before"
    return _figure("Downloads, 30 days", compact(month), note, facts.trend)


def _stars(facts: PackageFacts) -> str:
    if facts.repository is None:
        return _figure("Stars", ABSENT, "no repository is known")
    history = facts.star_history
    return _figure("Stars", compact(facts.repository.stars), _star_change(history), history)


def _star_change(history: list[Stars]) -> str:
    """Return how the last count differs from the newest that is thirty days older."""
    last = history[-1] if history else None
    older = [each for each in history if last and (last.day - each.day).days >= TREND_DAYS]
    if last is None or not older:
        return "counted since lately"
    more = last.stars - older[-1].stars
    return f"{_sign(more)}{abs(more):,} in {TREND_DAYS} days"


def _figure(title: str, value: str, note: str, course: Sequence[object] = ()) -> str:
    """Return a number with its note, and the place where the script draws its course."""
    drawn = '<div class="course"></div>' if len(course) > 1 else ""
    return (
        f'<div><dt>{title}</dt><dd><div class="figure">{value}</div>'
        f'<div class="note">{note}</div>{drawn}</dd></div>'
    )


def _counts(facts: PackageFacts) -> str:
    own, rank = facts.downloads, facts.downloads.rank
    counts = [
        ("Last day", compact(own.last_day)),
        ("7 days", compact(own.last_week)),
        ("All time", compact(own.total)),
        ("30 days with mirrors", compact(facts.with_mirrors.last_month)),
        *([("Rank", f"#{rank:,}")] if rank and not facts.is_flagged else []),
        ("Dependents", f"{facts.dependents:,}"),
    ]
    items = "".join(f"<li>{title} {_strong(text)}</li>" for title, text in counts)
    return f'<ul class="inline-facts counts">{items}</ul>'


def compact(count: int) -> str:
    """Return a count as the site's script writes it: 1.23M, 1.31K."""
    return short(count).replace("k", "K")


def signed(score: float | None) -> str:
    """Return momentum in hundredths of its logarithm as the script writes it: +8.1."""
    if score is None:
        return ABSENT
    return f"{_sign(score)}{abs(score * 100):.1f}"


def change(share: float) -> str:
    """Return a change as a share of one as the script writes it: +12.3%."""
    return f"{_sign(share)}{abs(share) * 100:,.1f}%"


def _sign(value: float) -> str:
    return "−" if value < 0 else "+"


def _rounded(score: float) -> int:
    """Return a score as the script rounds it: halves go up."""
    return floor(score + 0.5)


def _day(moment: str) -> str:
    day = date.fromisoformat(moment[:10])
    return f"{day.day} {day:%b} {day.year}"


def _strong(text: str) -> str:
    return f"<strong>{escape(text)}</strong>"
