"""What the service makes of PyPI's and GitHub's documents: `python -m evaluation.facts`.

Reads a data set's lines (`{"name", "json", "simple"?}`) and writes one line for each, in order; a
document that cannot be read gives a line with `error`.
"""

import argparse
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import msgspec

from evaluation.repositories import raw_lines, read_lines
from events import PackageFacts, RepositoryChoice
from ingest_github.github.facts import repository_facts
from ingest_github.pypi.package_facts import (
    decode_document,
    decode_project_page,
    package_facts,
    status_facts,
)
from ingest_github.pypi.package_reader import project_links
from ingest_github.repositories.choice import choose_repository, confirmed

SHOWN = (
    "project_status",
    "license",
    "license_class",
    "minimum_python",
    "requires_python",
    "dependencies",
    "owners",
    "released",
    "release_count",
)
"""Facts told under their own names."""

LONGEST_ERROR = 300
"""Characters."""

Line = dict[str, Any]
Repositories = Mapping[str, Line]
"""Lines about repositories by lower-case full name."""


def main() -> None:
    """Write what each document becomes, and say how many could not be read."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="packages, JSON lines")
    parser.add_argument("--github", type=Path, help="repositories, JSON lines as in a data set")
    parser.add_argument("--out", type=Path, required=True, help="JSON lines to write")
    arguments = parser.parse_args()
    repositories = repositories_of(arguments.github) if arguments.github else {}
    read, broken = 0, 0
    with arguments.out.open("wb") as out:
        for line in raw_lines(arguments.data):
            told = become(line, repositories, datetime.now(UTC).date())
            read, broken = read + 1, broken + ("error" in told)
            out.write(msgspec.json.encode(told) + b"\n")
    print(f"{read} documents, {broken} could not be read")


def repositories_of(path: Path) -> Repositories:
    """Return a data set's lines about repositories, by lower-case full name."""
    return {str(line["full_name"]).lower(): line for line in read_lines(path)}


def become(line: bytes, repositories: Repositories, day: date) -> Line:
    """Return what the documents of one package become; an `error` where that fails."""
    name = None
    try:
        documents = msgspec.json.decode(line, type=Line)
        name = documents.get("name")
        return {"name": name, **_become(documents, repositories, day)}
    except Exception as error:  # whatever one document does, the others are still told
        return {"name": name, "error": f"{type(error).__name__}: {error}"[:LONGEST_ERROR]}


def _become(line: Line, repositories: Repositories, day: date) -> Line:
    name = str(line["name"])
    page = decode_project_page(msgspec.json.encode(line["simple"])) if line.get("simple") else None
    if line.get("json") is None and page is not None:
        return _told(status_facts(name, page, day), None)
    document = decode_document(msgspec.json.encode(line.get("json")))
    facts = package_facts(name, document, page, day)
    links = project_links(name, document)
    choice = choose_repository(links)
    known = repositories.get(choice.full_name.lower()) if choice else None
    repository = repository_facts(known.get("repo")) if known else None
    if choice and repository:
        choice = confirmed(choice, links, repository)
    return _told(facts, choice) | ({"github": msgspec.to_builtins(repository)} if known else {})


def _told(facts: PackageFacts, choice: RepositoryChoice | None) -> Line:
    told = msgspec.to_builtins(facts)
    chosen = msgspec.to_builtins(choice) if choice else None
    return {
        **{name: told.get(name, getattr(facts, name)) for name in SHOWN},
        # As read_model.sql has it: one account, and no organisation beside it.
        "sole_maintainer": len(facts.owners) == 1 and facts.organization is None,
        "repository": chosen
        and {name: chosen.get(name) for name in ("full_name", "confidence", "directory")},
    }


if __name__ == "__main__":
    main()
