"""The paths of pypistats.org and pepy.tech."""

from datetime import date
from typing import Any

from fastapi import APIRouter, Response
from pydantic import BaseModel

from api.answers.body import answer
from api.answers.package import Document
from api.database import QUERIES, Connection, Publication
from api.documents.base import documented
from api.documents.downloads import CompatibleRecent, CompatibleRows, PepyProject
from api.downloads import compatible
from api.downloads import history as counting
from api.downloads.breakdown import covered, last_days, read_labels
from api.downloads.scope import of_package
from api.http.problems import NotFoundError
from api.routes.context import Context, Stores, counted, listed
from api.routes.parameters import EndDate, Mirrors, Name, Period, StartDate, System, Version
from api.search.names import EVERYTHING, canonical_or_same
from events.day_range import DayRange

router = APIRouter()
PEPY_DAYS = 90
PERIODS = ("day", "week", "month")


def _as_pypistats(model: type[BaseModel], endpoint: str) -> dict[str, Any]:
    summary = f"{endpoint} as pypistats.org has it"
    return documented(model, summary, unknown=True, tag="compatible")


@router.get("/api/packages/{name}/recent", **_as_pypistats(CompatibleRecent, "recent"))
async def recent(stores: Stores, name: Name, period: Period = None) -> Response:
    """Return the downloads without mirrors of the last day, 7 days and 30 days."""
    if period is not None and period not in PERIODS:
        raise NotFoundError("A period is day, week or month.")

    async def read(connection: Connection, publication: Publication) -> Document:
        if name == EVERYTHING:
            row = await QUERIES.ecosystem_recent(connection, last_day=publication.data_through)
        else:
            row = await listed(connection, name)
        data = compatible.recent(row, period)
        return compatible.envelope(canonical_or_same(name), "recent_downloads", data)

    return answer(*await stores.database.read(read))


@router.get("/api/packages/{name}/overall", **_as_pypistats(CompatibleRows, "overall"))
async def overall(
    *,
    stores: Stores,
    name: Name,
    mirrors: Mirrors = None,
    start_date: StartDate = None,
    end_date: EndDate = None,
) -> Response:
    """Return daily downloads with and without mirrors; with `mirrors`, one of them."""

    async def read(connection: Connection, publication: Publication) -> Document:
        span = compatible.last_span(publication.newest, start_date, end_date)
        days = await _days(connection, name, span)
        data = compatible.overall(days, mirrors)
        return compatible.envelope(canonical_or_same(name), "overall_downloads", data)

    return answer(*await stores.database.read(read))


async def _days(connection: Connection, name: str, span: DayRange) -> list[counting.Day]:
    subject = await counted(connection, name)
    first = max(span.first, subject.first_day or span.last)
    return await counting.read_days(connection, subject, DayRange.between(first, span.last))


@router.get("/api/packages/{name}/python_major", **_as_pypistats(CompatibleRows, "python_major"))
async def python_major(
    *,
    stores: Stores,
    name: Name,
    version: Version = None,
    start_date: StartDate = None,
    end_date: EndDate = None,
) -> Response:
    """Return daily downloads without mirrors by Python's major version."""
    return await _split(
        stores, name, compatible.PYTHON_MAJOR, wanted=version, days=(start_date, end_date)
    )


@router.get("/api/packages/{name}/python_minor", **_as_pypistats(CompatibleRows, "python_minor"))
async def python_minor(
    *,
    stores: Stores,
    name: Name,
    version: Version = None,
    start_date: StartDate = None,
    end_date: EndDate = None,
) -> Response:
    """Return daily downloads without mirrors by Python's minor version."""
    return await _split(
        stores, name, compatible.PYTHON_MINOR, wanted=version, days=(start_date, end_date)
    )


@router.get("/api/packages/{name}/system", **_as_pypistats(CompatibleRows, "system"))
async def system(
    *,
    stores: Stores,
    name: Name,
    os: System = None,
    start_date: StartDate = None,
    end_date: EndDate = None,
) -> Response:
    """Return daily downloads without mirrors by operating system."""
    return await _split(stores, name, compatible.SYSTEM, wanted=os, days=(start_date, end_date))


async def _split(
    stores: Context,
    name: str,
    split: compatible.Split,
    *,
    wanted: str | None,
    days: tuple[date | None, date | None],
) -> Response:
    """Return one breakdown; a name that is not known has no rows, as at pypistats.org."""

    async def read(connection: Connection, publication: Publication) -> Document:
        span = compatible.last_span(publication.newest, *days)
        kind = f"{split.name}_downloads"
        try:
            subject = await counted(connection, name)
        except NotFoundError:
            return compatible.envelope(canonical_or_same(name), kind, [])
        labels = await read_labels(connection, subject, split.dimension, span)
        data = compatible.by_category(labels, span, split.category, wanted)
        document = compatible.envelope(subject.name, kind, data)
        if subject.package_id is None:
            every = await counting.read_days(connection, subject, span)
            document["covered"] = covered(split.dimension, labels, every)
        return document

    return answer(*await stores.database.read(read))


@router.get(
    "/api/v2/projects/{name}",
    **documented(PepyProject, "A project as pepy.tech has it", unknown=True, tag="compatible"),
)
async def project(stores: Stores, name: Name) -> Response:
    """Return the total with mirrors, and three months of downloads by day and version."""

    async def read(connection: Connection, publication: Publication) -> Document:
        row = await listed(connection, name)
        span = last_days(publication.newest, PEPY_DAYS)
        versions = await read_labels(connection, of_package(row), "version", span)
        return compatible.pepy(row["name"], row, versions, span)

    return answer(*await stores.database.read(read))
