"""Hostile requests get a clear answer: never a fault, never a way in."""

import asyncio
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

CASES = settings(
    max_examples=80, deadline=None, suppress_health_check=list(HealthCheck), database=None
)
HOSTILE = [
    "'; drop table packages; --",
    "1 or 1=1",
    "../../../../etc/passwd",
    "..%2f..%2fetc%2fpasswd",
    "%00",
    "\u202e",
    "a" * 400,
    "{{7*7}}",
    "<script>alert(1)</script>",
    "$(id)",
    "requests\r\nx-evil: 1",
    "%0d%0ax-evil:%201",
    "\ud800",
    "__all__",
    "null",
    "-1",
]
CLIENT = httpx.Client(timeout=20, trust_env=False, verify=False)
anything = st.one_of(st.text(max_size=60), st.sampled_from(HOSTILE), st.dates().map(str))
TEMPLATES = [
    "/api/packages/{}",
    "/api/packages/{}/history",
    "/api/packages/{}/breakdown/{}",
    "/api/packages/{}/score",
    "/api/packages/{}/recent",
    "/api/v2/projects/{}",
    "/api/badge/{}/{}.svg",
    "/api/insights/{}",
    "/api/feeds/{}.atom",
    "/api/export/packages.{}",
    "/{}",
]
PARAMETERS = """
    q sort order category topic min_downloads limit cursor names from to granularity days label
    color period start_date end_date x
""".split()  # noqa: SIM905 - a list of words


def quoted(text: str) -> str:
    return "".join(f"%{byte:02x}" for byte in text.encode("utf-8", "surrogatepass"))


def ask(api: Any, path: str, headers: dict[str, str] | None = None) -> httpx.Response:
    return CLIENT.get(f"{api.address}{path}", headers=headers)


def is_sound(answer: httpx.Response) -> None:
    assert answer.status_code < 500, (answer.url, answer.text)
    assert "x-evil" not in answer.headers
    assert "root:" not in answer.text
    if answer.status_code >= 400 and "svg" not in answer.headers["content-type"]:
        assert answer.headers["content-type"] == "application/problem+json"


@CASES
@given(st.sampled_from(TEMPLATES), anything, anything)
def test_any_name_in_any_path(shared_api: Any, template: str, one: str, two: str) -> None:
    is_sound(ask(shared_api, template.format(quoted(one), quoted(two))))


@CASES
@given(
    st.sampled_from(
        [
            "/api/packages",
            "/api/search",
            "/api/compare",
            "/api/advisories",
            "/api/packages/requests/history",
            "/api/packages/requests/overall",
            "/api/packages/requests/breakdown/python",
            "/api/badge/requests/health.svg",
        ]
    ),
    st.dictionaries(st.sampled_from(PARAMETERS), anything, max_size=6),
)
def test_any_value_of_any_parameter(shared_api: Any, path: str, given_: dict[str, str]) -> None:
    query = "&".join(f"{name}={quoted(value)}" for name, value in given_.items())
    is_sound(ask(shared_api, f"{path}?{query}"))


@CASES
@given(
    st.dictionaries(
        st.sampled_from(
            [
                "accept-encoding",
                "if-none-match",
                "x-forwarded-for",
                "accept",
                "origin",
                "range",
                "x-warm-generation",
                "x-warm-token",
                "host",
                "cookie",
                "forwarded",
            ]
        ),
        st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=80).map(str.strip),
        max_size=5,
    )
)
def test_any_header(shared_api: Any, headers: dict[str, str]) -> None:
    answer = ask(shared_api, "/api/packages/requests", headers)
    assert answer.status_code in (200, 304, 400, 403), answer.text


@pytest.mark.parametrize(
    "raw",
    [
        b"GET /api/packages/requests?q=\xff\xfe HTTP/1.1\r\nhost: x\r\n\r\n",
        b"GET /api/packages/%ff%fe HTTP/1.1\r\nhost: x\r\n\r\n",
        b"GET //api//packages HTTP/1.1\r\nhost: x\r\n\r\n",
        b"GET /api/packages/../../etc/passwd HTTP/1.1\r\nhost: x\r\n\r\n",
        b"GET http://evil.example/api/packages HTTP/1.1\r\nhost: x\r\n\r\n",
        b"GET * HTTP/1.1\r\nhost: x\r\n\r\n",
    ],
)
async def test_raw_bytes(shared_api: Any, raw: bytes) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", shared_api.settings.http_port)
    writer.write(raw)
    status = await reader.readline()
    writer.close()
    await writer.wait_closed()
    assert int(status.split()[1]) < 500
