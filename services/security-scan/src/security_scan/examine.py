"""What is found about one package, from the archive, from PyPI and from its name."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from statistics import median

from events import Finding, FindingKind, PackageFindings, SecurityTask, Severity
from security_scan.flaws import Flaw
from security_scan.index import Index
from security_scan.records import MAX_SUMMARY, Affected, shortened
from security_scan.severity import WORST_FIRST
from security_scan.versions import parsed, place, spelled_once
from servicekit.foreign_text import shown

MAX_FINDINGS = 500
"""Per package, the worst ones; the most that any package has today is about 430."""

MAX_TOLD = 10
"""Versions named in one summary."""

GRAVEST_FIRST = (
    FindingKind.MALICIOUS,
    FindingKind.QUARANTINED,
    FindingKind.HIJACKED,
    FindingKind.VULNERABLE,
    FindingKind.YANKED,
    FindingKind.LOOKALIKE,
)


@dataclass(frozen=True)
class Links:
    """Where findings lead."""

    advisory: str
    """The advisory's identifier is appended."""
    pypi: str

    def project(self, name: str) -> str:
        """Return PyPI's page of a package."""
        return f"{self.pypi.rstrip('/')}/project/{name}/"


def examine(
    task: SecurityTask, index: Index, links: Links, likeness: Iterable[Finding] = ()
) -> PackageFindings:
    """Return all findings of one package, the gravest first; `likeness` are those of its name."""
    flaws = [flaw for flaw in index.about(task.name) if not flaw.withdrawn and _meant(flaw, task)]
    findings = [
        *(found for flaw in flaws if (found := of_flaw(flaw, task, links))),
        *of_pypi(task, index, links),
        *likeness,
    ]
    return PackageFindings(
        name=task.name,
        version=task.version,
        findings=sorted(findings, key=_gravity)[:MAX_FINDINGS],
        safe_version=safe_version(task, flaws),
        median_days_to_fix=median_days_to_fix(task, flaws),
    )


def _meant(flaw: Flaw, task: SecurityTask) -> bool:
    """Whether a flaw is about this project, and not about one that bore its name before.

    PyPI removes what was made to harm, and its name may be taken again: a report from before the
    first release is about somebody else's package. One that names the latest version and was
    changed since is about this one: whoever made the first may have uploaded again.
    """
    if not flaw.malicious or flaw.published is None or task.first_release is None:
        return True
    if task.project_status == "gone" or task.first_release <= flaw.published.date():
        return True
    named = any(_names(affected, task.version) for _, affected in flaw.about(task.name))
    return named and flaw.modified is not None and flaw.modified.date() >= task.first_release


def _names(affected: Affected, version: str | None) -> bool:
    return version is not None and spelled_once(version) in affected.versions


def _gravity(finding: Finding) -> tuple[int, int, str]:
    kind = GRAVEST_FIRST.index(finding.kind)
    return kind, WORST_FIRST.index(finding.severity), finding.id


def of_flaw(flaw: Flaw, task: SecurityTask, links: Links) -> Finding | None:
    """Return what a standing flaw means for the latest version; none where it means nothing."""
    kind = verdict(flaw, task)
    if kind is None:
        return None
    rated = flaw.rating_in(task.name)
    return Finding(
        kind=kind,
        source="osv",
        id=flaw.id,
        severity=rated.severity,
        summary=_history(flaw, task) if kind is FindingKind.HIJACKED else flaw.summary,
        url=f"{links.advisory}{flaw.id}",
        since=flaw.published.date() if flaw.published else None,
        fixed_in=fixed_in(flaw, task) if kind is FindingKind.VULNERABLE else None,
        aliases=flaw.aliases,
    )


def verdict(flaw: Flaw, task: SecurityTask) -> FindingKind | None:
    """Return what the flaw makes of the package.

    A report of malware condemns the versions it names and no other: where the latest version is
    not among them, its real owners have the package back, and the report is a warning.
    """
    said = list(flaw.about(task.name))
    reports = [affected for record, affected in said if record.malicious]
    if any(_condemned(report, task) for report in reports):
        return FindingKind.MALICIOUS
    if any(_affected(affected, task) for _, affected in said):
        return FindingKind.VULNERABLE
    return FindingKind.HIJACKED if reports else None


def _condemned(report: Affected, task: SecurityTask) -> bool:
    """Whether a report of malware is about all there is: a project that is gone has no more."""
    return task.project_status == "gone" or _affected(report, task)


def _affected(affected: Affected, task: SecurityTask) -> bool:
    """Whether the latest version is affected; of an unknown one only what affects all is sure."""
    return affected.everything or (task.version is not None and affected.holds(task.version))


def _history(flaw: Flaw, task: SecurityTask) -> str:
    reports = [said for record, said in flaw.about(task.name) if record.malicious]
    told = list(dict.fromkeys(text.removeprefix("==") for said in reports for text in said.ranges))
    which = ", ".join(told[:MAX_TOLD]) + (" and others" if len(told) > MAX_TOLD else "")
    now = f"; {task.version} is not among them" if task.version else ""
    return shortened(f"Versions reported as malicious: {which}{now}.", MAX_SUMMARY)


NOT_OFFERED = frozenset({"quarantined", "gone"})


def fixed_in(flaw: Flaw, task: SecurityTask) -> str | None:
    """Return the first later version that mends the flaw, where a record names one.

    Only one that stands in PyPI's list: a version that was never released, or was taken back,
    helps nobody.
    """
    if task.version is None:
        return None
    here, released = place(task.version), set(map(spelled_once, task.releases))
    named = {version for version in flaw.fixes(task.name) if spelled_once(version) in released}
    later = (version for version in named if place(version) > here)
    return min((v for v in later if not flaw.holds(task.name, v)), key=place, default=None)


def of_pypi(task: SecurityTask, index: Index, links: Links) -> Iterator[Finding]:
    """Yield what PyPI itself says: quarantine, a latest version taken back, its list of flaws."""
    page = links.project(task.name)
    if task.project_status == "quarantined":
        said = task.status_reason or "PyPI has put the project into quarantine."
        yield _said_by_pypi(FindingKind.QUARANTINED, "quarantined", said, page)
    if task.yanked:
        said = task.yanked_reason or "The latest version was taken back; no reason is given."
        yield _said_by_pypi(FindingKind.YANKED, task.version or "yanked", said, page)
    for id_ in task.vulnerabilities:
        if id_ not in index.identifiers:  # the archive is newer than PyPI's copy of it
            yield _said_by_pypi(FindingKind.VULNERABLE, id_, "", f"{links.advisory}{id_}")


def _said_by_pypi(kind: FindingKind, id_: str, said: str, url: str) -> Finding:
    summary = shortened(shown(" ".join(said.split())), MAX_SUMMARY)
    return Finding(
        kind=kind, source="pypi", id=id_, severity=Severity.UNKNOWN, summary=summary, url=url
    )


def safe_version(task: SecurityTask, flaws: list[Flaw]) -> str | None:
    """Return the newest version without an open flaw; none where the sources do not tell.

    What PyPI does not offer for installation, in quarantine or gone, has none.
    """
    if task.project_status in NOT_OFFERED:
        return None
    candidates = [task.version] if task.version and not task.yanked else []
    for version in [*candidates, *sorted(_stable_releases(task), key=place, reverse=True)]:
        if not any(flaw.holds(task.name, version) for flaw in flaws):
            return version
    return None


def _stable_releases(task: SecurityTask) -> set[str]:
    """Versions known to exist: those of PyPI's list. What advisories name may be none."""
    return {version for version in task.releases if _stable(version)}


def _stable(version: str) -> bool:
    known = parsed(version)
    return known is not None and not known.is_prerelease


def median_days_to_fix(task: SecurityTask, flaws: list[Flaw]) -> int | None:
    """Return the days from a flaw's publication to the first release without it, as a median.

    A flaw mended before it was published counts 0; one whose mending release has no known day
    does not count.
    """
    days = [found for flaw in flaws if (found := _days_to_fix(task, flaw)) is not None]
    return round(median(days)) if days else None


def _days_to_fix(task: SecurityTask, flaw: Flaw) -> int | None:
    if flaw.malicious or flaw.published is None:
        return None
    mending = {spelled_once(v) for _, said in flaw.about(task.name) for v in said.fixed}
    days = [day for v, day in task.releases.items() if day and spelled_once(v) in mending]
    return max(0, (min(days) - flaw.published.date()).days) if days else None
