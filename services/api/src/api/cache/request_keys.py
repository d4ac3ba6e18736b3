"""From a request's bytes to the key under which its answer is kept."""

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

import msgspec
from fastapi.routing import APIRoute

from api.search.names import EVERYTHING, canonical_or_same
from api.settings import LimitClass

LIMIT_CLASS = "x-rate-limit-class"
"""Key in a route's OpenAPI extension that names its budget."""
KEPT = "x-kept"
"""Key that says false where an answer is streamed, or made anew each time."""
LONGEST_QUERY = 8000
"""Bytes of a query string that are read at all."""
MOST_PARAMETERS = 40


class Known(msgspec.Struct, frozen=True):
    """What a route's answers depend on."""

    pattern: re.Pattern[str]
    path: str
    parameters: dict[str, str]
    """Names of query parameters with their defaults as text."""
    limit_class: LimitClass
    kept: bool
    methods: frozenset[str]


class Target(msgspec.Struct, frozen=True):
    """A request in its canonical form."""

    path: str
    query: str
    limit_class: LimitClass
    kept: bool
    route: str
    """The path with its parameters' names, as `/api/packages/{name}`."""

    @property
    def key(self) -> str:
        """Return the name of its answer in the caches."""
        return f"{self.path}?{self.query}" if self.query else self.path


class Routing:
    """Works requests out; unknown parameters, defaults and spellings make no difference."""

    def __init__(self, routes: Iterable[Any]) -> None:
        self._known = [_known(route) for route in routes if isinstance(route, APIRoute)]

    def target(self, path: str, query: bytes, method: str = "GET") -> Target | None:
        """Return the canonical request, or None where no route has the path and method."""
        for known in self._known:
            match = known.pattern.match(path) if method in known.methods else None
            if match:
                return Target(
                    _filled(known.path, match.groupdict()),
                    _query(known, query),
                    known.limit_class,
                    known.kept,
                    known.path,
                )
        return None


def _known(route: APIRoute) -> Known:
    extra = route.openapi_extra or {}
    parameters = {
        each.alias: "" if each.field_info.default is None else str(each.field_info.default)
        for each in route.dependant.query_params
    }
    return Known(
        pattern=route.path_regex,
        path=route.path,
        parameters=parameters,
        limit_class=extra.get(LIMIT_CLASS, "reads"),
        kept=extra.get(KEPT, True),
        methods=frozenset(route.methods or ()),
    )


def _filled(path: str, values: dict[str, str]) -> str:
    """Put the values back into the route's path, package names in their canonical form."""
    for name, value in values.items():
        right = canonical_or_same(value) if name == "name" and value != EVERYTHING else value
        path = path.replace("{" + name + "}", quote(right, safe=""), 1)
    return path


def _query(known: Known, query: bytes) -> str:
    if not query or not known.parameters:
        return ""
    text = query[:LONGEST_QUERY].decode("latin-1")
    given = {name: value.strip() for name, value in parse_qsl(text)[:MOST_PARAMETERS]}
    meant = [
        (name, value)
        for name, value in sorted(given.items())
        if value and known.parameters.get(name, value) != value  # blank: as good as not given
    ]
    return urlencode(meant)
