"""Lock files: pylock.toml by `packaging`, those of uv, Poetry, PDM and Pipenv by their tables."""

import json
import re
import tomllib
from collections.abc import Iterator
from typing import Any

from packaging.pylock import Package, Pylock, PylockValidationError

from api.lookup.wanted import Unread, Wanted, unread, wanted

ENTRY = re.compile(r"^\s*\[\[\s*packages?\s*\]\]")
TOML_TABLE = re.compile(r"^\s*(?:\[\[\s*packages?\s*\]\]|lock-version\s*=)", re.MULTILINE)
ERROR_LINE = re.compile(r"at line (\d+)")
ELSEWHERE = "it is not from PyPI: {}"
OTHER_SOURCES = ("git", "directory", "editable", "virtual", "path", "url", "file")
"""What uv and Poetry call a source that is no index."""


def is_toml_lock(text: str) -> bool:
    """Return whether a text has the tables of a lock in TOML."""
    return TOML_TABLE.search(text) is not None


def is_json_lock(text: str) -> bool:
    """Return whether a text looks like Pipfile.lock."""
    return text.lstrip().startswith("{")


def read_toml_lock(text: str) -> Iterator[Wanted | Unread]:
    """Yield what a lock in TOML holds: pylock.toml, uv.lock, poetry.lock or pdm.lock."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = ERROR_LINE.search(str(error))
        line = int(found[1]) if found else None
        yield unread(_line(text, line), f"not TOML: {error}", line)
        return
    lines = [n for n, line in enumerate(text.splitlines(), 1) if ENTRY.match(line)]
    if "packages" in document:
        yield from _pylock(document, lines)
    else:
        yield from _tables(document.get("package", []), lines)


def _line(text: str, number: int | None) -> str:
    lines = text.splitlines()
    return lines[number - 1].strip() if number and number <= len(lines) else ""


def _pylock(document: dict[str, Any], lines: list[int]) -> Iterator[Wanted | Unread]:
    try:
        packages = Pylock.from_dict(document).packages
    except PylockValidationError as error:
        yield unread("pylock.toml", f"not a lock file (PEP 751): {error}")
        return
    for place, package in enumerate(packages):
        yield _locked(package, lines[place] if len(lines) == len(packages) else None)


def _locked(package: Package, line: int | None) -> Wanted | Unread:
    version = str(package.version) if package.version else None
    text = f"{package.name}=={version}" if version else str(package.name)
    sources = {"vcs": package.vcs, "directory": package.directory, "archive": package.archive}
    for kind, source in sources.items():
        if source is not None:
            return unread(text, ELSEWHERE.format(kind), line)
    return wanted(package.name, version, text, line)


def _tables(packages: Any, lines: list[int]) -> Iterator[Wanted | Unread]:
    """Yield the `[[package]]` tables that uv, Poetry and PDM have in common."""
    entries = packages if isinstance(packages, list) else []
    for place, each in enumerate(entries):
        line = lines[place] if len(lines) == len(entries) else None
        name, version = each.get("name"), each.get("version")
        if not isinstance(name, str):
            yield unread("[[package]]", "it has no name", line)
            continue
        known = version if isinstance(version, str) else None
        text = f"{name}=={known}" if known else name
        source = _other_source(each)
        yield (
            unread(text, ELSEWHERE.format(source), line)
            if source
            else wanted(name, known, text, line)
        )


def _other_source(entry: dict[str, Any]) -> str | None:
    """Return the kind of source that is no index; None where it is one."""
    source = entry.get("source", {})
    keys = {source.get("type"), *source} if isinstance(source, dict) else set()
    return next((kind for kind in OTHER_SOURCES if kind in keys or kind in entry), None)


def read_json_lock(text: str) -> Iterator[Wanted | Unread]:
    """Yield what Pipfile.lock holds."""
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        yield unread(_line(text, error.lineno), f"not JSON: {error.msg}", error.lineno)
        return
    except RecursionError:
        yield unread("", "not a lock file: nested too deep")
        return
    groups = [document.get(group) for group in ("default", "develop")]
    if not any(isinstance(group, dict) for group in groups):
        yield unread("Pipfile.lock", "it has neither default nor develop")
    for group in groups:
        for name, entry in (group if isinstance(group, dict) else {}).items():
            version = entry.get("version") if isinstance(entry, dict) else None
            text = f"{name}{version}" if isinstance(version, str) else name
            known = version.removeprefix("==") if isinstance(version, str) else None
            yield wanted(name, known, text)
