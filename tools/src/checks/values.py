"""Say which values of a cluster still stand as in the example: `python -m checks.values`."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from devstack.codegen.values_page import OVERLAY, SECRETS, SETTINGS, values

PASSWORD = re.compile(r"[A-Za-z][A-Za-z0-9]{15,}")
"""Passwords become parts of addresses and of NATS's configuration."""


def missing(settings: Path, secrets: Path) -> Iterator[str]:
    """Yield a sentence for each value that cannot be meant."""
    if not secrets.exists():
        yield f"{secrets.name} is not there: deploy/k8s/README.md has the command that makes it"
        return
    for file, example in ((settings, SETTINGS), (secrets, SECRETS)):
        given = {each.name: each for each in values(file)}
        for wanted in values(example):
            if wanted.name not in given:
                yield f"{wanted.name} is missing in {file.name}"
            elif given[wanted.name].must_change:
                yield f"{wanted.name} in {file.name} is still the example's: {wanted.meaning}"
            elif wanted.example == "random" and not PASSWORD.fullmatch(given[wanted.name].example):
                yield f"{wanted.name} in {file.name} is no password: 16 letters and digits or more"


def main() -> int:
    """Name them; the exit status is 1 where there is any."""
    found = list(missing(OVERLAY / "values.env", OVERLAY / "secrets.env"))
    sys.stdout.write("".join(f"{each}\n" for each in found) or "every value is your own\n")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
