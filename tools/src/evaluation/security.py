"""Try the service's judgement on files: `python -m evaluation.security`.

evaluate typosquat --data NAMES --popular RANKED --out FLAGGED
evaluate advisories --data ZIP --name NAME --version VERSION
"""

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from events import Finding, SecurityTask
from security_scan.archive import ArchiveError, Bounds
from security_scan.examine import Links, examine
from security_scan.flaws import Flaw
from security_scan.index import Index, read_index
from security_scan.lookalike.judge import POPULAR, Judge
from security_scan.lookalike.lists import lines, ranked
from security_scan.records import Affected, canonical
from security_scan.settings import Settings
from security_scan.versions import place, spelled_once


def typosquat(data: Path, popular: Path, out: Path) -> str:
    """Write the names that are close to a popular one, and give a line of figures."""
    names = {name: canonical(name) for name in lines(data)}
    ranks = ranked(popular)
    started = time.process_time()
    judge = Judge([name for name, rank in ranks.items() if rank <= POPULAR])
    flagged = [name for name, known in names.items() if judge.close(known, ranks.get(known))]
    seconds = time.process_time() - started
    out.write_text("".join(f"{name}\n" for name in flagged), "utf-8")
    each = 1000 * seconds / max(len(names), 1)
    return (
        f"{len(flagged)} of {len(names)} names flagged in {seconds:.1f} s of one core, "
        f"{each:.4f} ms a name with {POPULAR} popular ones"
    )


def advisories(data: Path, name: str, version: str) -> Iterator[str]:
    """Give, line by line, which advisories apply to a version of a package, and why."""
    index = read_index(data, Bounds())
    yield (
        f"{index.records} records, {len(index.broken)} broken, {len(index.flaws)} flaws; "
        f"{len(index.about(canonical(name)))} about {canonical(name)}"
    )
    yield from (f"broken {member}: {why}" for member, why in sorted(index.broken.items()))
    task = task_of(index, name, version)
    found = examine(task, index, Links(_setting("osv_page_url"), _setting("pypi_url")))
    flaws = {flaw.id: flaw for flaw in index.about(task.name)}
    for finding in found.findings:
        yield from _told(finding, flaws[finding.id], task)
    yield from _not_told(index, task, {finding.id for finding in found.findings})
    yield f"safe version: {found.safe_version or 'the records do not tell'}"


def task_of(index: Index, name: str, version: str) -> SecurityTask:
    """Return what to examine where PyPI is not asked: each named fix counts as released."""
    known = canonical(name)
    fixes: dict[str, date | None] = {
        fix: None for flaw in index.about(known) for fix in flaw.fixes(known)
    }
    return SecurityTask(name=known, version=version, releases=fixes)


def _setting(name: str) -> str:
    return str(Settings.model_fields[name].default)


def _told(finding: Finding, flaw: Flaw, task: SecurityTask) -> Iterator[str]:
    also = f" ({', '.join(finding.aliases)})" if finding.aliases else ""
    fixed = f", fixed in {finding.fixed_in}" if finding.fixed_in else ""
    yield f"{finding.kind} {finding.id}{also} severity {finding.severity}{fixed}: {finding.summary}"
    for record, said in flaw.about(task.name):
        yield f"    {record.id}: {_reason(said, task.version or '')}"


def _reason(said: Affected, version: str) -> str:
    """Return why a record applies to the version, or why not."""
    if spelled_once(version) in said.versions:
        return f"it names {version}"
    if any(interval.holds(place(version)) for interval in said.intervals):
        return f"{version} is inside one of {'; '.join(said.ranges)}"
    return f"{version} is not named, and outside {'; '.join(said.ranges) or 'any range'}"


def _not_told(index: Index, task: SecurityTask, told: set[str]) -> Iterator[str]:
    for flaw in index.about(task.name):
        if flaw.withdrawn:
            yield f"withdrawn {flaw.id}: never applies"
        elif flaw.id not in told:
            why = "; ".join(_reason(said, task.version or "") for _, said in flaw.about(task.name))
            yield f"not affected by {flaw.id}: {why}"


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the task that the command line names."""
    parser = argparse.ArgumentParser(prog="python -m evaluation.security", description=__doc__)
    tasks = parser.add_subparsers(dest="task", required=True)
    names = tasks.add_parser("typosquat", help="which names are close to a popular one")
    names.add_argument("--data", type=Path, required=True, help="names, one a line, or .txt.gz")
    names.add_argument("--popular", type=Path, required=True, help="lines of rank, name")
    names.add_argument("--out", type=Path, required=True, help="file for the flagged names")
    archive = tasks.add_parser("advisories", help="what applies to a version, and why")
    archive.add_argument("--data", type=Path, required=True, help="an archive as OSV publishes it")
    archive.add_argument("--name", required=True)
    archive.add_argument("--version", required=True)
    options = parser.parse_args(arguments)
    try:
        if options.task == "typosquat":
            print(typosquat(options.data, options.popular, options.out))
        else:
            print("\n".join(advisories(options.data, options.name, options.version)))
    except (ArchiveError, OSError, ValueError) as error:
        sys.exit(f"{error}")


if __name__ == "__main__":
    main()
