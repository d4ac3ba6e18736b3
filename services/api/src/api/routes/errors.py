"""Every failure as a problem document."""

from http import HTTPStatus

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from api.http.problems import MEDIA_TYPE, ProblemError, document, problem_response

NOTHING_HERE = "Nothing has this address; /api/openapi.json names those that something has."

log = structlog.get_logger(__name__)


def answer_problems(app: FastAPI) -> None:
    """Register what each kind of failure becomes."""
    app.add_exception_handler(ProblemError, _problem)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http_problem)
    app.add_exception_handler(Exception, _unexpected)


async def _problem(_: Request, problem: Exception) -> Response:
    assert isinstance(problem, ProblemError)  # noqa: S101 - registered for this class alone
    return problem_response(problem)


async def _invalid(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101
    wrong = [{"parameter": str(each["loc"][-1]), "reason": each["msg"]} for each in error.errors()]
    detail = "; ".join(f"{each['parameter']}: {each['reason']}" for each in wrong)
    return Response(document(422, detail, errors=wrong), 422, media_type=MEDIA_TYPE)


async def _http_problem(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101
    unknown = error.status_code == HTTPStatus.NOT_FOUND
    return Response(
        document(error.status_code, NOTHING_HERE if unknown else str(error.detail)),
        error.status_code,
        error.headers,
        media_type=MEDIA_TYPE,
    )


async def _unexpected(request: Request, error: Exception) -> Response:
    log.error("failed", path=request.url.path, exc_info=error)
    return Response(document(500, "Something is wrong here."), 500, media_type=MEDIA_TYPE)
