"""What the descriptions share."""

from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, Field
from starlette.responses import JSONResponse, Response

from api.cache.request_keys import KEPT, LIMIT_CLASS
from api.settings import LimitClass

Described = dict[int | str, dict[str, Any]]
"""Answers of a route by status, as FastAPI takes them."""


def field(description: str, *examples: Any, **more: Any) -> Any:
    """Describe a field, with examples of its value."""
    return Field(description=description, examples=list(examples) or None, **more)


class Dated(BaseModel):
    """What every answer carries."""

    generation: int = field("Number of the publication; grows with each run that changed data.", 41)
    data_through: date | None = field(
        "Newest day with downloads, UTC; null while nothing is published.", "2026-06-30"
    )


class Problem(BaseModel):
    """An error, as RFC 9457 describes it."""

    type: str = field("Kind of problem; about:blank means that the status says it.", "about:blank")
    title: str = field("The status in words.", "Not Found")
    status: int = field("The HTTP status.", 404)
    detail: str = field("What is wrong with this request.", "There is no package named x here.")
    errors: list[dict[str, str]] | None = field(
        "Each wrong parameter with the reason.", default=None
    )


class Report(BaseModel):
    """A report of malicious code under a name."""

    id: str = field("Identifier.", "MAL-2025-7")
    kind: str = field("malicious.", "malicious")
    severity: str = field("critical, high, medium, low, none or unknown.", "unknown")
    summary: str
    url: str = field("Where to read more.")
    published: datetime | None


class UnknownPackage(Problem):
    """There is no such package; where code under its name was malicious, that is said."""

    security: dict[str, str] | None = field(
        "Only of names known from reports of malicious code.",
        {"status": "malicious"},
        default=None,
    )
    advisories: list[Report] | None = field(
        "Those reports, the newest first; absent without any.", default=None
    )


PROBLEM_CONTENT: dict[str, Any] = {
    "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
}
PROBLEM = {"content": PROBLEM_CONTENT}
TOO_MANY = {**PROBLEM, "description": "The budget of this address is used up; see Retry-After."}
AWAY = {**PROBLEM, "description": "The data cannot be read now; see Retry-After."}
UNKNOWN_CONTENT: dict[str, Any] = {
    "application/problem+json": {"schema": {"$ref": "#/components/schemas/UnknownPackage"}}
}
UNKNOWN = {
    "content": UNKNOWN_CONTENT,
    "description": "There is no such package, list or path. A name that PyPI no longer has, and "
    "that malicious code bore, is told with the reports of it.",
}
NAMED_BY_CONTENT = (Problem, UnknownPackage, Report)
"""What the answers' content names: as models they would be promised as plain JSON too."""
INVALID = {**PROBLEM, "description": "A parameter has a value that makes no sense here."}
TOO_LONG = {**PROBLEM, "description": "No address here is so long."}
NOT_MODIFIED = {"description": "What If-None-Match names is still right."}


def answers(model: type[BaseModel] | None, media: tuple[str, ...], *, unknown: bool) -> Described:
    """Return the answers of a route: the document, and the problems it can have."""
    known: Described = {
        304: NOT_MODIFIED,
        414: TOO_LONG,
        422: INVALID,
        429: TOO_MANY,
        503: AWAY,
    }
    if model is not None:
        known[200] = {"model": model}
    else:
        known[200] = {"description": "As asked.", "content": {each: {} for each in media}}
    if unknown:
        pictures: dict[str, Any] = {each: {} for each in media if each.startswith("image/")}
        known[404] = {**UNKNOWN, "content": {**UNKNOWN_CONTENT, **pictures}}
    return known


def documented(
    model: type[BaseModel] | None,
    summary: str,
    *,
    media: tuple[str, ...] = (),
    limit_class: LimitClass = "reads",
    kept: bool = True,
    unknown: bool = False,
    tag: str = "packages",
) -> dict[str, Any]:
    """Return a route's documentation and its marks: budget, and whether its answers are kept."""
    return {
        "summary": summary,
        "tags": [tag],
        "response_class": JSONResponse if model is not None else Response,
        "responses": answers(model, media, unknown=unknown),
        "openapi_extra": {LIMIT_CLASS: limit_class, KEPT: kept},
    }
