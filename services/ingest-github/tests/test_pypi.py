"""Each way PyPI can answer must end as what it is, and cost no neighbour anything."""

import json
from collections import Counter
from collections.abc import Callable
from datetime import date
from typing import Any

import httpx
import pytest

from events import MetadataTask, Outcome, PackageObservation, ProjectStatus
from ingest_github.pypi.package_reader import PackageReader

DAY = date(2026, 6, 30)
DOCUMENT = {
    "info": {"name": "Thing", "version": "1.0"},
    "last_serial": 77,
    "releases": {"1.0": [{"upload_time_iso_8601": "2026-01-01T00:00:00Z"}]},
}
PAGE = {"name": "thing", "files": [], "versions": [], "project-status": {"status": "active"}}


class PyPIThat:
    """Answers the two documents of a package; a list of answers is given one by one."""

    def __init__(self, document: Any = DOCUMENT, page: Any = PAGE) -> None:
        self.answers = {"pypi": document, "simple": page}
        self.known: list[str | None] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.known.append(request.headers.get("if-none-match"))
        kind = request.url.path.split("/")[1]
        answer = self.answers[kind]
        if isinstance(answer, list):
            answer = answer.pop(0)
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, httpx.Response):
            return answer
        return httpx.Response(200, json=answer, headers={"etag": '"e1"'})


@pytest.fixture
def read(pypi: Callable[..., Any], clock: Any) -> Callable[..., Any]:
    async def reading(
        answer: PyPIThat, task: MetadataTask | None = None, **changes: Any
    ) -> tuple[PackageObservation, Counter[str]]:
        requests: Counter[str] = Counter()
        async with pypi(answer, **changes) as client:
            looked = await PackageReader(client, clock).read(
                task or MetadataTask(name="thing"), DAY, requests
            )
        return looked.observation, requests

    return reading


async def test_a_package_is_read_with_its_serial_and_etag(read: Any) -> None:
    seen, requests = await read(PyPIThat())
    assert (seen.outcome, seen.serial, seen.etag) == (Outcome.OK, 77, '"e1"')
    assert seen.facts is not None
    assert seen.facts.version == "1.0"
    assert requests == {"ok": 2}


KNOWN = MetadataTask(name="thing", pypi_etag='"e0"', page_etag='"p0"')
STATUS_DUE = MetadataTask(name="thing", read_package=False, read_page=True, page_etag='"p0"')
SAME = httpx.Response(304)


def page_that_is(status: str, reason: str | None = None) -> dict[str, Any]:
    return {**PAGE, "project-status": {"status": status, "reason": reason}}


async def test_an_unchanged_package_costs_two_short_answers_and_keeps_its_etag(read: Any) -> None:
    answer = PyPIThat(SAME, SAME)
    seen, requests = await read(answer, KNOWN)
    assert (seen.outcome, seen.etag, seen.facts) == (Outcome.UNCHANGED, '"e0"', None)
    assert requests == {"unchanged": 2}
    assert answer.known == ['"e0"', '"p0"']


@pytest.mark.parametrize("task", [KNOWN, STATUS_DUE])
async def test_a_project_archived_after_its_last_release_is_seen_archived(
    read: Any, task: MetadataTask
) -> None:
    """Archiving leaves serial and ETag of the JSON document as they were."""
    seen, _ = await read(PyPIThat(SAME, page_that_is("archived", "done")), task)
    assert (seen.outcome, seen.page_etag, seen.facts) == (Outcome.UNCHANGED, '"e1"', None)
    assert seen.status == ProjectStatus(status="archived", reason="done")


async def test_a_status_that_is_due_costs_one_request(read: Any) -> None:
    answer = PyPIThat(AssertionError(), SAME)
    seen, requests = await read(answer, STATUS_DUE)
    assert (seen.outcome, seen.status, requests) == (Outcome.UNCHANGED, None, {"unchanged": 1})


async def test_a_page_is_read_whole_with_a_document_that_has_changed(read: Any) -> None:
    answer = PyPIThat()
    await read(answer, KNOWN)
    assert answer.known == ['"e0"', None]


@pytest.mark.parametrize(
    ("page", "outcome"),
    [(httpx.Response(404), Outcome.GONE), (page_that_is("quarantined"), Outcome.EMPTY)],
)
async def test_the_page_alone_tells_quarantine_from_a_name_nobody_has(
    read: Any, page: Any, outcome: Outcome
) -> None:
    seen, _ = await read(PyPIThat(AssertionError(), page), STATUS_DUE)
    assert seen.outcome == outcome
    assert (seen.facts and seen.facts.project_status) == (
        "quarantined" if outcome == Outcome.EMPTY else None
    )


async def test_another_spelling_is_followed(read: Any) -> None:
    moved = httpx.Response(301, headers={"location": "http://pypi.test/pypi/Thing/json"})
    seen, _ = await read(PyPIThat([moved, DOCUMENT]))
    assert seen.outcome == Outcome.OK


async def test_a_name_nobody_has_is_gone(read: Any) -> None:
    seen, _ = await read(PyPIThat(httpx.Response(404), httpx.Response(404)))
    assert (seen.outcome, seen.facts) == (Outcome.GONE, None)


async def test_a_quarantined_project_is_not_gone(read: Any) -> None:
    page = {**PAGE, "project-status": {"status": "quarantined", "reason": "malware"}}
    seen, _ = await read(PyPIThat(httpx.Response(404), page))
    assert seen.outcome == Outcome.EMPTY
    assert seen.facts is not None
    assert (seen.facts.project_status, seen.facts.status_reason) == ("quarantined", "malware")


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (httpx.Response(503), "503"),
        (httpx.Response(429), "429"),
        (httpx.Response(418), "418"),
        (httpx.ConnectError("no route"), "ConnectError"),
        (httpx.ReadTimeout("slow"), "ReadTimeout"),
        (httpx.RemoteProtocolError("peer closed"), "RemoteProtocolError"),
        (httpx.Response(200, content=b'{"info": {"na'), "no JSON document"),
        (httpx.Response(200, content=b"<html>"), "no JSON document"),
        (httpx.Response(200, content=b"[1]"), "no JSON document"),
    ],
)
async def test_an_answer_that_cannot_be_used_is_a_failure_with_its_reason(
    read: Any, answer: Any, reason: str
) -> None:
    seen, requests = await read(PyPIThat([answer] * 3))
    assert (seen.outcome, seen.facts) == (Outcome.FAILED, None)
    assert reason in seen.reason
    assert requests.total() >= 1


async def test_a_passing_failure_is_tried_again(read: Any) -> None:
    seen, requests = await read(PyPIThat([httpx.Response(502), DOCUMENT]))
    assert seen.outcome == Outcome.OK
    assert requests == {"failed": 1, "ok": 2}


async def test_a_status_that_cannot_be_read_does_not_become_active(read: Any) -> None:
    seen, _ = await read(PyPIThat(DOCUMENT, [httpx.Response(500)] * 3))
    assert seen.outcome == Outcome.FAILED


async def test_a_document_of_fifty_megabytes_is_read(read: Any) -> None:
    filler = "x" * 1_000
    files = [{"upload_time_iso_8601": "2026-01-01T00:00:00Z", "comment_text": filler}] * 500
    document = {**DOCUMENT, "releases": {f"1.{n}": files for n in range(100)}}
    body = json.dumps(document).encode()
    assert len(body) > 50_000_000
    seen, _ = await read(PyPIThat(httpx.Response(200, content=body)))
    assert seen.outcome == Outcome.OK
    assert seen.facts is not None
    assert (seen.facts.release_count, len(seen.facts.releases)) == (100, 50)


async def test_a_larger_document_than_allowed_is_a_failure(read: Any) -> None:
    seen, _ = await read(PyPIThat(), largest_document=10)
    assert seen.outcome == Outcome.FAILED
    assert "over 10 bytes" in seen.reason
