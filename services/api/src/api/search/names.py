"""Package names in any spelling."""

import re

from packaging.utils import canonicalize_name

from api.http.problems import NotFoundError

EVERYTHING = "__all__"
"""The whole ecosystem, where pypistats.org has it."""
LONGEST = 200
"""Letters; the longest name on PyPI has 91."""
VALID = re.compile(r"[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?", re.IGNORECASE | re.ASCII)


def canonical(name: str) -> str:
    """Return the PEP 503 form of a name; raises `NotFoundError` where no package can have it."""
    if len(name) > LONGEST or not VALID.fullmatch(name):
        raise NotFoundError("No package can have this name.")
    return canonicalize_name(name)


def typed_name(query: str) -> str:
    """Return the name that a query would be, in its PEP 503 form where it can be one."""
    return canonical_or_same(query.strip().lower().replace(" ", "-"))


def canonical_or_same(name: str) -> str:
    """Return the PEP 503 form of a name, or what came where it has none."""
    if len(name) > LONGEST or not VALID.fullmatch(name):
        return name
    return canonicalize_name(name)
