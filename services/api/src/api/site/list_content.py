"""What the pages of insights say before any script runs: HTML, everything escaped."""

from collections.abc import Iterable, Sequence
from html import escape
from urllib.parse import quote

import msgspec

from api.site.page_content import PackageFacts, compact

CATEGORIES = (
    "hidden_gem",
    "rising_star",
    "invisible_infrastructure",
    "industry_standard",
    "community_favorite",
)
"""Insights that are a label of the leaderboard as well."""


class ListFacts(msgspec.Struct):
    """What is read of an insight's list."""

    name: str
    title: str
    meaning: str
    rule: str = ""


def list_content(known: ListFacts, total: int, packages: Sequence[PackageFacts]) -> str:
    """Return an insight's name, meaning and rule, and its first packages with both their numbers.

    `total` counts all packages of the list.
    """
    items = "".join(_item(each) for each in packages)
    return (
        '<div class="page-head"><p class="note"><a href="/insights/">All insights</a></p>'
        f'<h1>{escape(known.title)}</h1><p class="lead">{escape(known.meaning)}</p>'
        f'<p class="note">{total:,} package{"" if total == 1 else "s"}. '
        f"Rule: {escape(_sentence(known.rule))}</p>{_by_category(known)}</div>"
        f'<ol class="list">{items}</ol>'
    )


def _by_category(known: ListFacts) -> str:
    """Return why the leaderboard's category of the same name counts more."""
    if known.name not in CATEGORIES:
        return ""
    link = f'<a href="/?category={quote(known.name)}">The category</a>'
    why = "counts every package of a repository, and those with a severe flaw."
    return f'<p class="note">{link} {why}</p>'


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


def _sentence(clause: str) -> str:
    """Return a clause as a sentence, as the site's script writes it."""
    begun = clause[:1].upper() + clause[1:]
    return begun if begun.endswith((".", "!", "?")) or not begun else f"{begun}."
