"""The list of decisions by area, read from the head of each."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from devstack.settings import CHECKOUT

HEAD = re.compile(r"# (?P<number>\d{4}) (?P<title>.+)\n(?P<day>\d{4}-\d\d-\d\d) · (?P<area>.+)\n\n")

INTRODUCTION = (
    "# Decisions\n\n"
    "Made from the files beside it by `make generate`. Each says what was chosen, against what, "
    "and what was measured. Its first two lines are `# NUMBER TITLE` and `DATE · AREA`; a number "
    "is never given twice, and gaps between them mean nothing.\n"
)


@dataclass(frozen=True)
class Decision:
    """One file of `docs/decisions`, as its head tells it."""

    file: str
    number: str
    title: str
    day: str
    area: str


def decision(file: Path) -> Decision:
    """Return what a file's head says; raises ValueError where it has none of the agreed form."""
    head = HEAD.match(file.read_text())
    if head is None or head["number"] != file.name[:4]:
        raise ValueError(
            f"{file.name}: begins with `# {file.name[:4]} TITLE` and `YYYY-MM-DD · AREA`,"
            " then an empty line"
        )
    return Decision(file=file.name, **head.groupdict())


def decisions_page(folder: Path = CHECKOUT / "docs/decisions") -> str:
    """Return the list of a folder's decisions: areas by name, in each the oldest number first."""
    decisions = [decision(file) for file in sorted(folder.glob("[0-9]*.md"))]
    areas = sorted({each.area for each in decisions})
    return INTRODUCTION + "".join(line for area in areas for line in _area(area, decisions))


def _area(area: str, decisions: list[Decision]) -> Iterator[str]:
    yield f"\n## {area}\n"
    for each in decisions:
        if each.area == area:
            yield f"- [{each.number} {each.title}]({each.file}), {each.day}\n"
