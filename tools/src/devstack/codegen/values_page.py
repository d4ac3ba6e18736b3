"""The page of every value that an operator of a cluster supplies, out of two files."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from devstack.settings import CHECKOUT

OVERLAY = CHECKOUT / "deploy" / "k8s" / "overlays" / "production"
SETTINGS, SECRETS = OVERLAY / "values.env", OVERLAY / "secrets.env.example"
EXAMPLES = ("example.org", "sha256:0000", "no contact given", "random")
"""What stands in a value that every installation must change."""

HEAD = """# Every value of an installation

Made by `make generate` from [`values.env`](../deploy/k8s/overlays/production/values.env) and
[`secrets.env.example`](../deploy/k8s/overlays/production/secrets.env.example). Nothing else is
asked of an operator: `make values` says what still stands as in the example, and
[the installation](../deploy/k8s/README.md) goes on from there.
"""


@dataclass(frozen=True)
class Value:
    """One line that an operator fills in."""

    name: str
    example: str
    meaning: str

    @property
    def must_change(self) -> bool:
        """Whether the example is nobody's own."""
        return any(each in self.example for each in EXAMPLES)


def values(file: Path) -> Iterator[Value]:
    """Yield the lines of a file, each with the comment before it or before its group."""
    comment: list[str] = []
    fresh = True
    for line in file.read_text().splitlines():
        if line.startswith("#"):
            comment = [*([] if fresh else comment), line.lstrip("# ")]
            fresh = False
        elif "=" in line:
            name, _, example = line.partition("=")
            yield Value(name, example, " ".join(comment))
            fresh = True
        else:
            comment, fresh = [], True


def values_page() -> str:
    """Return the page."""
    parts = [
        _table("What is no secret, in `values.env`", SETTINGS),
        _table("What must stay secret, in `secrets.env`, which Git ignores", SECRETS),
    ]
    return "\n".join([HEAD, *parts])


def _table(title: str, file: Path) -> str:
    rows = [
        f"| `{each.name}` | {'yes' if each.must_change else ''} | {_shown(each.example)} "
        f"| {each.meaning} |"
        for each in values(file)
    ]
    return "\n".join(
        [
            f"## {title}",
            "",
            "| name | change it | example | meaning |",
            "|---|---|---|---|",
            *rows,
            "",
        ]
    )


def _shown(example: str) -> str:
    if not example:
        return "empty"
    return f"`{example}`" if len(example) < 60 else f"`{example[:40]}…`"
