"""The OpenAPI document."""

from typing import Annotated

import msgspec
from fastapi import APIRouter, FastAPI, Header, Request, Response
from fastapi.openapi.utils import get_openapi

from api.answers.body import tag_of
from api.cache.pages import JSON
from api.cache.request_keys import KEPT
from api.documents.base import NAMED_BY_CONTENT
from api.http.request_headers import matches
from api.routes.context import Stores

router = APIRouter()


@router.get("/api/openapi.json", include_in_schema=False, openapi_extra={KEPT: False})
async def reference(
    request: Request,
    stores: Stores,
    if_none_match: Annotated[str, Header(include_in_schema=False)] = "",
) -> Response:
    """Return the document; it changes only with the program, and needs no database."""
    body, tag = _described(request.app)
    headers = {
        "etag": tag,
        "cache-control": stores.clock.until_midnight(stores.clock.now()).decode(),
    }
    if matches(if_none_match.encode("latin-1"), tag.encode()):
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type=JSON)


def _described(app: FastAPI) -> tuple[bytes, str]:
    """Return the document and its ETag, made when first asked for."""
    made: tuple[bytes, str] | None = getattr(app.state, "reference", None)
    if made is None:
        document = get_openapi(title=app.title, version=app.version, routes=app.routes)
        for each in NAMED_BY_CONTENT:
            schema = each.model_json_schema(ref_template="#/components/schemas/{model}")
            schema.pop("$defs", None)  # each of them is named here itself
            document["components"]["schemas"][each.__name__] = schema
        body = msgspec.json.encode(document)
        made = app.state.reference = (body, tag_of(body))
    return made
