"""Hold the locks against OSV's archive: `python -m checks.audit [ARCHIVE]`.

The product's own matcher does it, on an archive that is at hand; nothing is asked over the
network. Where there is none nothing was judged: it says so and ends with 3, or with 0 where
`--where-at-hand` allows that.
"""

import os
import re
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from devstack.settings import CHECKOUT
from evaluation.security import task_of
from security_scan.archive import ArchiveError, Bounds
from security_scan.examine import Links, examine
from security_scan.index import Index, read_index
from security_scan.records import canonical

VARIABLE = "OSV_ARCHIVE"
BESIDE = CHECKOUT.parent / "shared" / "data" / "osv" / "PyPI" / "all.zip"
"""Real data beside the checkout, as the tests read it."""

LOCKS = ("requirements.lock", "deploy/requirements/*.lock")
OPTIONAL = "--where-at-hand"
NOT_JUDGED = 3
"""Exit status of an audit that had no archive to read."""

ACCEPTED = CHECKOUT / "deploy" / "requirements" / "accepted.toml"
PINNED = re.compile(r"^([A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?==([^\s;\\]+)", re.MULTILINE)


@dataclass(frozen=True)
class Unsafe:
    """An advisory that applies to a pinned version."""

    package: str
    version: str
    advisory: str
    says: str


def pins(folder: Path) -> set[tuple[str, str]]:
    """Return every package with the version that a lock names."""
    locks = [lock for pattern in LOCKS for lock in folder.glob(pattern)]
    return {
        (canonical(name), version)
        for lock in locks
        for name, version in PINNED.findall(lock.read_text())
    }


def unsafe(pinned: set[tuple[str, str]], index: Index) -> Iterator[Unsafe]:
    """Yield the advisories that apply, by package."""
    for name, version in sorted(pinned):
        task = task_of(index, name, version)
        for finding in examine(task, index, Links("", "")).findings:
            mended = f"; mended in {finding.fixed_in}" if finding.fixed_in else ""
            says = f"{finding.kind}, {finding.severity}: {finding.summary}{mended}"
            yield Unsafe(name, version, finding.id, says)


def accepted(file: Path, today: date) -> set[tuple[str, str]]:
    """Return advisory and package of what is lived with for now, each until its own day."""
    if not file.exists():
        return set()
    entries = tomllib.loads(file.read_text()).get("accepted", [])
    return {(each["advisory"], each["package"]) for each in entries if each["until"] >= today}


def archive_at_hand(words: list[str]) -> Path | None:
    """Return the archive that was named, or the one beside the checkout; None without either."""
    named = next((word for word in words if word != OPTIONAL), os.environ.get(VARIABLE, ""))
    if named:
        return Path(named)
    return BESIDE if BESIDE.exists() else None


def main(words: list[str]) -> int:
    """Name what is unsafe; return 1 where there is any or the archive is broken, 3 without one."""
    archive = archive_at_hand(words)
    if archive is None:
        sys.stdout.write(f"audit skipped: no archive of OSV's is at hand (set {VARIABLE})\n")
        return 0 if OPTIONAL in words else NOT_JUDGED
    try:
        index = read_index(archive, Bounds())
    except ArchiveError as problem:
        sys.stderr.write(f"error: {archive}: {problem}\n")
        return 1
    pinned = pins(CHECKOUT)
    lived_with = accepted(ACCEPTED, datetime.now(UTC).date())
    found = [
        each for each in unsafe(pinned, index) if (each.advisory, each.package) not in lived_with
    ]
    for each in found:
        sys.stderr.write(f"{each.package} {each.version}: {each.advisory} {each.says}\n")
    sys.stdout.write(f"audit: {len(pinned)} pins against {index.records} records of OSV\n")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
