"""The OpenAPI document says what is true, and all of it."""

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import CHECKS

EXAMPLES = [
    "/api/packages",
    "/api/packages?names=requests,nothing",
    "/api/packages/requests",
    "/api/packages/reqeusts",
    "/api/packages/never-read",
    "/api/packages/requests/history",
    "/api/packages/requests/breakdown/python",
    "/api/packages/__all__/breakdown/ci",
    "/api/packages/__all__/history",
    "/api/packages/__all__/system",
    "/api/packages/requests/score",
    "/api/packages/never-read/score",
    "/api/packages/urllib3/advisories",
    "/api/packages/requests/recent",
    "/api/packages/requests/overall",
    "/api/packages/requests/python_major",
    "/api/packages/requests/python_minor",
    "/api/packages/requests/system",
    "/api/v2/projects/requests",
    "/api/search?q=req",
    "/api/compare?names=requests,nothing",
    "/api/insights",
    "/api/insights/rising_star",
    "/api/advisories",
    "/api/status",
]
"""Answers whose every field must be described."""
FEW = settings(
    max_examples=12, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)
"""Requests made up for each path."""


def undescribed(document: Any, value: Any, schema: dict[str, Any], place: str) -> list[str]:
    """Return the places in an answer that its schema does not name."""
    if "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    if "anyOf" in schema:
        options = [each for each in schema["anyOf"] if each.get("type") != "null"]
        return [] if value is None else undescribed(document, value, options[0], place)
    if isinstance(value, list):
        items = schema.get("items", {})
        return [lack for each in value for lack in undescribed(document, each, items, f"{place}[]")]
    if not isinstance(value, dict):
        return [] if schema else [place]
    known = schema.get("properties")
    if known is None or schema.get("additionalProperties") is True:
        return [] if "additionalProperties" in schema else [place]
    lacks = [f"{place}.{key}" for key in value.keys() - known.keys()]
    lacks += [f"{place}.{key} is missing" for key in set(schema.get("required", ())) - value.keys()]
    return lacks + [
        lack
        for key in value.keys() & known.keys()
        for lack in undescribed(document, value[key], known[key], f"{place}.{key}")
    ]


def described_as(document: Any, path: str) -> dict[str, Any]:
    """Return the schema of a path's answer."""
    asked = path.partition("?")[0].split("/")
    for template, operations in document["paths"].items():
        parts = template.split("/")
        fits = (
            "get" in operations
            and len(parts) == len(asked)
            and all(
                part == wanted or part.startswith("{")
                for part, wanted in zip(parts, asked, strict=True)
            )
        )
        if fits:
            content = operations["get"]["responses"]["200"]["content"]
            schema: dict[str, Any] = content["application/json"]["schema"]
            return schema
    raise AssertionError(f"{path} is not in the document")


async def test_every_field_of_a_lookup_is_described(api: Any) -> None:
    document = await api.json("/api/openapi.json")
    text = "requests==2.31.0\nnothing\nurllib3\n-r x"
    answer = await api.client.post("/api/packages/lookup", content=text)
    told = document["paths"]["/api/packages/lookup"]["post"]["responses"]["200"]["content"]
    schema = told["application/json"]["schema"]
    assert undescribed(document, answer.json(), schema, "") == []


@pytest.mark.parametrize("path", EXAMPLES)
async def test_every_field_is_described(api: Any, path: str) -> None:
    document = await api.json("/api/openapi.json")
    answer = await api.json(path)
    assert undescribed(document, answer, described_as(document, path), "") == []


async def test_every_operation_has_words_and_examples(api: Any) -> None:
    document = await api.json("/api/openapi.json")
    for path, operations in document["paths"].items():
        (operation,) = operations.values()
        assert operation["summary"] and operation["description"] and operation["tags"], path
        for parameter in operation.get("parameters", []):
            shown = parameter.get("description") or parameter["schema"].get("description")
            assert shown, (path, parameter["name"])


async def test_an_address_that_is_too_long_is_refused_as_documented(api: Any) -> None:
    document = await api.json("/api/openapi.json")
    templates = [path for path in document["paths"] if "{" in path]
    assert len(templates) > 10
    for template in templates:
        answer = await api.get(template.replace("{", "a" * 500).replace("}", ""))
        assert answer.status_code == 414, template
        assert answer.headers["content-type"] == "application/problem+json"
        described = document["paths"][template]["get"]["responses"]["414"]["content"]
        assert list(described) == ["application/problem+json"]


async def test_the_document_itself_is_kept_by_clients(api: Any) -> None:
    first = await api.get("/api/openapi.json")
    assert first.headers["cache-control"].startswith("public, max-age=")
    assert first.headers["access-control-allow-origin"] == "*"
    known = {"if-none-match": first.headers["etag"]}
    again = await api.get("/api/openapi.json", headers=known)
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    other = await api.get("/api/openapi.json", headers={"if-none-match": 'W/"other"'})
    assert other.status_code == 200


def test_made_up_requests_meet_no_fault_and_nothing_undocumented(shared_api: Any) -> None:
    schema = schemathesis.openapi.from_url(f"{shared_api.address}/api/openapi.json")
    checks = [
        CHECKS.get_one(name)
        for name in (
            "not_a_server_error",
            "status_code_conformance",
            "content_type_conformance",
            "response_headers_conformance",
            "response_schema_conformance",
        )
    ]
    tried = set()
    for result in schema.get_all_operations():
        operation = result.ok()
        tried.add(operation.path)

        def check(case: Any) -> None:
            case.call_and_validate(checks=checks)

        FEW(given(case=operation.as_strategy())(check))()
    assert len(tried) >= 20
