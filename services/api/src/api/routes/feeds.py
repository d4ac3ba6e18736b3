"""Feeds, and the site map."""

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import quote

from fastapi import APIRouter, Response

from api.answers.body import kept
from api.database import QUERIES, Connection, Publication, Row, every
from api.documents.base import documented
from api.lists.advisories import Asked, newest_advisories
from api.lists.insights import Insight, all_insights, one_insight, reasons
from api.lists.listing import Filters, Page, read_page
from api.routes.context import Stores
from api.routes.parameters import FeedName
from api.site.feeds import MEDIA_TYPE, Entry, Feed, render, site_map, start_of

router = APIRouter()
ENTRIES = 50
MAPPED = 20_000
"""Packages named in the site map, the most downloaded."""
LISTS = {"rising": "rising_star", "at-risk": "may_need_maintainers"}
"""Feeds that follow an insight list."""
PAGES = (
    "/",
    "/insights/",
    "/advisories/",
    "/status/",
    "/about/",
    "/compare/",
    "/check/",
    "/api/docs",
)


@router.get(
    "/api/feeds/{feed}.atom",
    **documented(
        None,
        "Rising, at risk, advisories as Atom",
        media=(MEDIA_TYPE,),
        unknown=True,
        tag="feeds",
    ),
)
async def feed(stores: Stores, feed: FeedName) -> Response:
    """Return the newest fifty entries."""
    site = stores.settings.public_url.rstrip("/")

    async def read(connection: Connection, publication: Publication) -> Feed:
        if feed == "advisories":
            return _of_advisories(site, await newest_advisories(connection, Asked(limit=ENTRIES)))
        known = one_insight(publication, LISTS[feed])
        page = Page(Filters(insight=known.name), known.sort, limit=ENTRIES)
        rows, _ = await read_page(connection, page)
        why = await reasons(connection, publication, known, list(rows))
        updated = start_of(publication.data_through)
        entries = [_listed(site, row, why[row["package_id"]]["why"], updated) for row in rows]
        return Feed(feed, f"PyPI Stats: {known.title}", site, updated, entries)

    publication, made = await stores.database.read(read)
    return kept(publication, render(made), MEDIA_TYPE)


def _listed(site: str, row: Row, why: str | None, updated: datetime) -> Entry:
    return Entry(
        identity=row["name"],
        title=f"{row['display_name']} {row['version'] or ''}".strip(),
        link=f"{site}/package/{quote(row['name'])}/",
        updated=updated,
        text=f"{row['summary'] or ''} {row['last_month']:,} downloads last month. {why or ''}",
    )


def _of_advisories(site: str, rows: Sequence[Row]) -> Feed:
    entries = [
        Entry(
            identity=row["advisory_id"],
            title=f"{row['advisory_id']}: {row['summary'] or row['kind']}",
            link=row["url"] or f"{site}/advisories/",
            updated=row["modified"] or row["published"] or start_of(None),
            text=f"{row['kind']}, severity {row['severity']}",
        )
        for row in rows
    ]
    updated = max((entry.updated for entry in entries), default=start_of(None))
    return Feed("advisories", "PyPI Stats: advisories", site, updated, entries)


@router.get("/sitemap.xml", include_in_schema=False)
async def sitemap(stores: Stores) -> Response:
    """Return the pages search engines may want: the site's own and the most used packages."""

    async def read(connection: Connection, publication: Publication) -> list[str]:
        rows = await every(QUERIES.most_downloaded(connection, most=MAPPED))
        lists = [_insight_page(each) for each in all_insights(publication)]
        return [*PAGES, *lists, *(f"/package/{quote(row['name'])}/" for row in rows)]

    publication, pages = await stores.database.read(read)
    site = stores.settings.public_url.rstrip("/")
    return kept(publication, site_map(site, pages), "application/xml")


def _insight_page(insight: Insight) -> str:
    return f"/insights/{insight.name}/"
