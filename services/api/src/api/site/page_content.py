"""What a page says before any script runs, and to whoever runs none: HTML, everything escaped.

It stands where the page's script puts the same and more as soon as it has the whole answer.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from html import escape
from urllib.parse import quote

import msgspec

from api.site.badges import short
from domain.warnings import warning

GRAVE = {"malicious", "quarantined"}
"""Statuses whose warning has the colour of danger."""
ABSENT = "–"
GITHUB, PYPI = "https://github.com/", "https://pypi.org/project/"


class Downloads(msgspec.Struct):
    """Downloads without mirrors."""

    last_month: int = 0
    rank: int | None = None


class Security(msgspec.Struct):
    """The verdict, and the newest version that is free of it."""

    status: str | None = None
    safe_version: str | None = None


class Repository(msgspec.Struct):
    """The package's repository on GitHub."""

    full_name: str
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

    @property
    def title(self) -> str:
        """The name as its author writes it."""
        return self.display_name or self.name


class ListFacts(msgspec.Struct):
    """What is read of an insight's list."""

    name: str
    title: str
    meaning: str
    rule: str = ""


def package_content(facts: PackageFacts) -> str:
    """Return a package's warning, name, summary, links and headline numbers."""
    return _warning(facts) + _head(facts) + _figures(facts)


def _warning(facts: PackageFacts) -> str:
    notice = warning(facts.security.status, facts.project_status)
    if notice is None:
        return ""
    safe = facts.security.safe_version
    free = f"<p>Newest version without an open flaw: {_strong(safe)}</p>" if safe else ""
    grave = {facts.security.status, facts.project_status} & GRAVE
    tone = "bad" if grave else "caution"
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
    rank = f"rank {facts.downloads.rank:,}" if facts.downloads.rank else "without mirrors"
    repository, health = facts.repository, facts.health.score
    figures = [
        ("Downloads, 30 days", compact(facts.downloads.last_month), rank),
        (
            "Stars",
            compact(repository.stars) if repository else ABSENT,
            escape(repository.full_name) if repository else "no repository is known",
        ),
        ("Momentum", signed(facts.momentum.score), "growth against the market"),
        ("Health", ABSENT if health is None else f"{health:.0f}", "of 100"),
    ]
    return f'<dl class="figures">{"".join(_figure(*each) for each in figures)}</dl>'


def _figure(title: str, value: str, note: str) -> str:
    return (
        f'<div><dt>{title}</dt><dd><div class="figure">{value}</div>'
        f'<div class="note">{note}</div></dd></div>'
    )


def list_content(known: ListFacts, total: int, packages: Sequence[PackageFacts]) -> str:
    """Return an insight's name, meaning and rule, and its first packages with both their numbers.

    `total` counts all packages of the list.
    """
    items = "".join(_item(each) for each in packages)
    return (
        '<div class="page-head"><p class="note"><a href="/insights/">All insights</a></p>'
        f'<h1>{escape(known.title)}</h1><p class="lead">{escape(known.meaning)}</p>'
        f'<p class="note">{total:,} package{"" if total == 1 else "s"}. '
        f"Rule: {escape(_sentence(known.rule))}</p></div>"
        f'<ol class="list">{items}</ol>'
    )


def _item(facts: PackageFacts) -> str:
    stars = f", {compact(facts.repository.stars)} stars" if facts.repository else ""
    return (
        f'<li><a class="package-name" href="/package/{quote(facts.name)}/">{escape(facts.title)}'
        f'</a> <span class="note">{compact(facts.downloads.last_month)} downloads in 30 days'
        f"{stars}</span></li>"
    )


def index_content(lists: Iterable[ListFacts]) -> str:
    """Return the name and meaning of every list."""
    cards = "".join(
        f'<section class="card insight"><h2><a href="/insights/{quote(each.name)}/">'
        f'{escape(each.title)}</a></h2><p class="note">{escape(each.meaning)}</p></section>'
        for each in lists
    )
    return f'<div class="page-head"><h1>Insights</h1></div><div class="cards">{cards}</div>'


def compact(count: int) -> str:
    """Return a count as the site's script writes it: 1.23M, 1.31K."""
    return short(count).replace("k", "K")


def signed(score: float | None) -> str:
    """Return momentum in hundredths of its logarithm as the script writes it: +8.1."""
    if score is None:
        return ABSENT
    return f"{'−' if score < 0 else '+'}{abs(score * 100):.1f}"


def _day(moment: str) -> str:
    day = date.fromisoformat(moment[:10])
    return f"{day.day} {day:%b} {day.year}"


def _sentence(clause: str) -> str:
    """Return a clause as a sentence, as the site's script writes it."""
    begun = clause[:1].upper() + clause[1:]
    return begun if begun.endswith((".", "!", "?")) or not begun else f"{begun}."


def _strong(text: str) -> str:
    return f"<strong>{escape(text)}</strong>"
