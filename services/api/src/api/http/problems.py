"""Errors as RFC 9457 problem documents."""

from collections.abc import Mapping
from http import HTTPStatus

import msgspec
from starlette.responses import Response

MEDIA_TYPE = "application/problem+json"
RETRY_SOON = 2
"""Seconds a client is asked to wait when the database is away or busy."""


class ProblemError(Exception):
    """An answer that is an error."""

    status = HTTPStatus.INTERNAL_SERVER_ERROR

    def __init__(
        self, detail: str, headers: Mapping[str, str] | None = None, **more: object
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.headers = dict(headers or {})
        self.more = more
        """Further members of the document."""


class NotFoundError(ProblemError):
    """There is no such thing here."""

    status = HTTPStatus.NOT_FOUND


class InvalidRequestError(ProblemError):
    """The request makes no sense, and would not tomorrow."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY


class TooLargeError(ProblemError):
    """The request holds more than is read."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE


class UnavailableError(ProblemError):
    """The database does not answer now."""

    status = HTTPStatus.SERVICE_UNAVAILABLE

    def __init__(self, detail: str, seconds: int = RETRY_SOON) -> None:
        super().__init__(detail, {"retry-after": str(seconds)})


def document(status: int, detail: str, **more: object) -> bytes:
    """Return the body of a problem."""
    title = HTTPStatus(status).phrase
    return msgspec.json.encode(
        {"type": "about:blank", "title": title, "status": status, "detail": detail, **more}
    )


def problem_response(problem: ProblemError) -> Response:
    """Return the whole answer of a problem."""
    body = document(problem.status, problem.detail, **problem.more)
    return Response(body, problem.status, problem.headers, MEDIA_TYPE)
