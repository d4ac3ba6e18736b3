"""Hostile requests get a clear answer: never a fault, never a way in."""

import asyncio
from collections.abc import Iterator
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


class Asking:
    """Asks the shared api over one connection."""

    def __init__(self, address: str, client: httpx.Client) -> None:
        self.address = address
        self.client = client

    def ask(self, path: str, headers: dict[str, str] | None = None) -> httpx.Response:
        return self.client.get(f"{self.address}{path}", headers=headers)


@pytest.fixture(scope="module")
def asking(shared_api: Any) -> Iterator[Asking]:
    with httpx.Client(timeout=20, trust_env=False, verify=False) as client:
        yield Asking(shared_api.address, client)


def faults(answer: httpx.Response) -> list[str]:
    """What is wrong with an answer to a hostile request, whatever it was."""
    kind = answer.headers["content-type"]
    explained = "svg" in kind or kind == "application/problem+json"
    wrong = {
        f"status {answer.status_code}": answer.status_code >= 500,
        "a header of the asker's": "x-evil" in answer.headers,
        "a file of the machine": "root:" in answer.text,
        f"an error as {kind}": answer.status_code >= 400 and not explained,
        "what was asked, as a page": "<script>" in answer.text and "html" in kind,
    }
    return [fault for fault, is_there in wrong.items() if is_there]


@CASES
@given(st.sampled_from(TEMPLATES), anything, anything)
def test_any_name_in_any_path(asking: Asking, template: str, one: str, two: str) -> None:
    answer = asking.ask(template.format(quoted(one), quoted(two)))
    assert faults(answer) == [], answer.url


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
def test_any_value_of_any_parameter(asking: Asking, path: str, given_: dict[str, str]) -> None:
    query = "&".join(f"{name}={quoted(value)}" for name, value in given_.items())
    answer = asking.ask(f"{path}?{query}")
    assert faults(answer) == [], answer.url


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
def test_any_header(asking: Asking, headers: dict[str, str]) -> None:
    answer = asking.ask("/api/packages/requests", headers)
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
