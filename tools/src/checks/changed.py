"""The tests of what changed since the last commit: `python -m checks.changed`, a path a line.

A changed source file means the tests of its own library or service; a changed test file means
itself. What crosses services is left to `make test`.
"""

import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePath

from devstack.settings import CHECKOUT

GIT = (
    ("git", "diff", "--name-only", "HEAD"),
    ("git", "ls-files", "--others", "--exclude-standard"),
)
MEMBERS = ("libs", "services")


def changed_files(checkout: Path) -> list[str]:
    """Return the files that differ from the last commit, new ones included."""
    said = [
        subprocess.run(command, cwd=checkout, check=True, capture_output=True, text=True).stdout
        for command in GIT
    ]
    return [line for text in said for line in text.splitlines()]


def affected_tests(files: Iterable[str], checkout: Path) -> list[str]:
    """Return the test files and folders to run for changed files, each once and none twice."""
    chosen = {
        path for file in files for path in _tests(PurePath(file)) if (checkout / path).exists()
    }
    return sorted(path for path in chosen if not chosen & set(map(str, PurePath(path).parents)))


def _tests(file: PurePath) -> Iterator[str]:
    if file.name.startswith("test_") and file.suffix == ".py":
        yield str(file)
    elif file.parts[0] in MEMBERS and len(file.parts) > 2:
        yield str(PurePath(*file.parts[:2], "tests"))


def main() -> int:
    """Print what to run; nothing where nothing with tests changed."""
    sys.stdout.writelines(f"{path}\n" for path in affected_tests(changed_files(CHECKOUT), CHECKOUT))
    return 0


if __name__ == "__main__":
    sys.exit(main())
