"""Badges for other people's pages."""

from fastapi import APIRouter, Response

from api.answers.body import kept
from api.database import Connection, Publication, Row
from api.documents.base import documented
from api.http.problems import NotFoundError
from api.routes.context import Stores, listed
from api.routes.parameters import BadgeColor, BadgeLabel, Metric, Name
from api.site.badges import badge_of, colour_of, svg

router = APIRouter()
SVG = "image/svg+xml"


@router.get(
    "/api/badge/{name}/{metric}.svg",
    **documented(
        None, "A badge as SVG", media=(SVG,), limit_class="badges", unknown=True, tag="badges"
    ),
)
async def badge(
    stores: Stores,
    *,
    name: Name,
    metric: Metric,
    label: BadgeLabel = None,
    color: BadgeColor = None,
) -> Response:
    """Draw a metric with a label and a colour of one's choice."""

    async def read(connection: Connection, _: Publication) -> Row:
        return await listed(connection, name)

    try:
        publication, row = await stores.database.read(read)
    except NotFoundError:
        unknown = svg(label or metric, "unknown package", colour_of(color, "grey"))
        return Response(unknown, 404, media_type=SVG)
    usual, message, colour = badge_of(metric, row)
    if row["flagged"]:  # a warning has its own words and colour, whoever asks
        label = color = None
    drawn = svg(label or usual, message, colour_of(color, colour))
    return kept(publication, drawn.encode(), SVG)
