"""Measure what the service reads out of packages: `python -m evaluation.repositories`."""

import argparse
import csv
import gzip
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from evaluation.repository_sharing import judged_together
from events import RepositoryChoice
from ingest_github.json_fields import mapping
from ingest_github.repositories.choice import ProjectLinks, choose_repository


def main() -> None:
    """Choose a repository for each line of core metadata and write the choices as CSV."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("task", choices=["repository"])
    parser.add_argument("--data", type=Path, required=True, help="core metadata, JSON lines")
    parser.add_argument("--out", type=Path, required=True, help="CSV to write")
    arguments = parser.parse_args()
    projects = [project_of(document) for document in read_lines(arguments.data)]
    rows = list(evaluate_repository(projects))
    with arguments.out.open("w", newline="", encoding="utf-8") as out:
        table = csv.writer(out)
        table.writerow(["name", "repository", "confidence", "reason"])
        table.writerows(rows)
    print(summary(rows))


def evaluate_repository(projects: list[ProjectLinks]) -> Iterator[tuple[str, str, float, str]]:
    """Yield name, repository, confidence and reason of each project, all known at once."""
    choices = [choose_repository(project) for project in projects]
    judged = judged_together([project.name for project in projects], choices)
    for project, choice in zip(projects, judged, strict=True):
        yield project.name, *_row(choice)


def _row(choice: RepositoryChoice | None) -> tuple[str, float, str]:
    if choice is None:
        return "", 0.0, "no link leads to a repository that is likely its own"
    return choice.full_name, choice.confidence, choice.reason


def raw_lines(path: Path) -> Iterator[bytes]:
    """Yield the lines of a file, packed by gzip or not; empty ones are left out."""
    opened = gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb")  # noqa: SIM115
    with opened as lines:
        yield from (line for line in lines if line.strip())


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the objects of a file of JSON lines."""
    return (json.loads(line) for line in raw_lines(path))


def project_of(document: dict[str, Any]) -> ProjectLinks:
    """Return the links of core metadata, or of a document of PyPI's JSON API."""
    info = mapping(document.get("info")) or document
    urls = mapping(info.get("project_urls"))
    return ProjectLinks(
        name=str(document.get("name") or info.get("name") or ""),
        project_urls={label: url for label, url in urls.items() if isinstance(url, str)},
        home_page=info.get("home_page"),
        download_url=info.get("download_url"),
        description=info.get("description"),
        people=[info["author"]] if isinstance(info.get("author"), str) else [],
    )


def summary(rows: Iterable[tuple[str, str, float, str]]) -> str:
    """Return how many were chosen, and how sure the choices are, on two lines."""
    counted = list(rows)
    chosen = [confidence for _, repository, confidence, _ in counted if repository]
    bands = ((0.0, 0.3), (0.3, 0.6), (0.6, 0.9), (0.9, 1.01))
    sure = ", ".join(
        f"{low:.1f} to {min(high, 1.0):.1f}: {sum(low <= c < high for c in chosen)}"
        for low, high in bands
    )
    return f"packages {len(counted)}, with a repository {len(chosen)}\nconfidence {sure}"


if __name__ == "__main__":
    main()
