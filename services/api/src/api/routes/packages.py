"""One package: its page, its history, its breakdowns, its advisories."""

from fastapi import APIRouter, Response

from api.answers.body import answer
from api.answers.package import Document
from api.answers.page import package_page
from api.database import Connection, Publication
from api.documents.base import documented
from api.documents.downloads import Breakdown, History
from api.documents.packages import PackagePage
from api.downloads import breakdown as breaking
from api.downloads import history as counting
from api.downloads.automation import marked_days
from api.http.problems import InvalidRequestError
from api.routes.context import Stores, counted, listed
from api.routes.parameters import (
    MOST_DAYS,
    Days,
    Dimension,
    Drawn,
    From,
    Granularity,
    Grouped,
    Name,
    Series,
    To,
)

router = APIRouter()


@router.get(
    "/api/packages/{name}", **documented(PackagePage, "All about one package", unknown=True)
)
async def package(stores: Stores, name: Name) -> Response:
    """Return everything known of a package; flagged ones too, with what was found."""

    async def read(connection: Connection, publication: Publication) -> Document:
        return await package_page(connection, publication, await listed(connection, name))

    return answer(*await stores.database.read(read))


@router.get(
    "/api/packages/{name}/history",
    **documented(History, "Downloads over all time", unknown=True),
)
async def history(
    *,
    stores: Stores,
    name: Name,
    series: Series = "both",
    granularity: Granularity = "day",
    since: From = None,
    until: To = None,
) -> Response:
    """Return every day, week or month; a day the source lacks is null, never zero.

    `__all__` is the whole ecosystem.
    """

    if since and until and since > until:
        raise InvalidRequestError("`from` is after `to`.")

    async def read(connection: Connection, publication: Publication) -> Document:
        subject = await counted(connection, name)
        span = counting.clipped(publication, subject.first_day, since, until)
        days = await counting.read_days(connection, subject, span)
        marked = await marked_days(connection, subject, counting.unusual(days))
        return {
            "package": subject.name,
            "series": series,
            "granularity": granularity,
            "from": span.first,
            "to": span.last,
            "points": counting.points(days, granularity, series, marked),
        }

    return answer(*await stores.database.read(read))


@router.get(
    "/api/packages/{name}/breakdown/{dimension}",
    **documented(
        Breakdown,
        "Downloads by Python version, system, installer, country and so on",
        unknown=True,
    ),
)
async def breakdown(
    *,
    stores: Stores,
    name: Name,
    dimension: Dimension,
    days: Days = 30,
    since: From = None,
    until: To = None,
    group: Grouped = None,
    drawn: Drawn = breaking.DRAWN,
) -> Response:
    """Return each label with its share, and series of the biggest; `from` goes before `days`.

    `ci` and `installer_version` have labels where the source tells them (BigQuery does); the
    whole ecosystem, `__all__`, has none by package version.
    """

    async def read(connection: Connection, publication: Publication) -> Document:
        subject = await counted(connection, name)
        span = breaking.asked_span(publication.newest, days, since, until, MOST_DAYS)
        labels = await breaking.read_labels(connection, subject, dimension, span)
        if group and dimension == "version":
            labels = breaking.by_major(labels)
        counts = await counting.read_days(connection, subject, span)
        return {"package": subject.name} | breaking.document(dimension, span, labels, counts, drawn)

    return answer(*await stores.database.read(read))
