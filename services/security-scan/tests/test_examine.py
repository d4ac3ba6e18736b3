"""What is found about a package."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from events import Finding, FindingKind, PackageFindings, SecurityTask, Severity
from security_scan.examine import MAX_FINDINGS, Links, examine
from security_scan.index import Index
from security_scan.versions import is_version

IndexOf = Callable[[list[Any]], Index]
LINKS = Links(advisory="https://osv.example/", pypi="https://pypi.example/")
UP_TO_2 = [{"introduced": "0"}, {"fixed": "2.0"}]
ALL = [{"introduced": "0"}]
LOW = "CVSS:3.1/AV:L/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N"
CRITICAL = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H"


RELEASED = dict.fromkeys(["1.0", "2.0", "2.2.5", "2.3.2", "2.3.3"])


def found(index: Index, version: str | None, **more: Any) -> PackageFindings:
    task = {"name": "flask", "version": version, "releases": RELEASED} | more
    return examine(SecurityTask(**task), index, LINKS)


def kinds(findings: PackageFindings) -> list[FindingKind]:
    return [each.kind for each in findings.findings]


def test_an_open_flaw_tells_since_when_where_it_is_fixed_and_who_says_so(
    index_of: IndexOf, record: Any
) -> None:
    index = index_of([record("PYSEC-1", aliases=["CVE-1"], events=UP_TO_2)])
    assert found(index, "1.0").findings == [
        Finding(
            kind=FindingKind.VULNERABLE,
            source="osv",
            id="PYSEC-1",
            severity=Severity.UNKNOWN,
            summary="About PYSEC-1",
            url="https://osv.example/PYSEC-1",
            since=date(2024, 1, 10),
            fixed_in="2.0",
            aliases=["CVE-1"],
        )
    ]
    assert found(index, "2.0").findings == []


def test_a_package_that_no_record_names_is_examined_and_clean(
    index_of: IndexOf, record: Any
) -> None:
    index = index_of([record("PYSEC-1", "django", events=ALL)])
    assert found(index, "1.0") == PackageFindings(name="flask", version="1.0", safe_version="1.0")


def test_one_flaw_with_several_records_is_one_finding(index_of: IndexOf, record: Any) -> None:
    index = index_of(
        [
            record("PYSEC-1", aliases=["CVE-1"], events=UP_TO_2),
            record("GHSA-1", "Flask", aliases=["CVE-1", "PYSEC-1"], events=UP_TO_2),
        ]
    )
    (finding,) = found(index, "1.0").findings
    assert (finding.id, finding.aliases) == ("GHSA-1", ["CVE-1", "PYSEC-1"])


def test_a_withdrawn_record_never_flags(index_of: IndexOf, record: Any) -> None:
    index = index_of(
        [
            record("MAL-1", events=ALL, withdrawn="2026-05-02T00:00:00Z"),
            record("PYSEC-1", events=ALL, withdrawn="2026-05-02T00:00:00Z"),
        ]
    )
    assert found(index, "1.0").findings == []
    assert found(index, "1.0", vulnerabilities=["PYSEC-1"]).findings == []


def test_a_hijacked_package_with_a_clean_latest_version_is_warned_of_with_its_history(
    index_of: IndexOf, record: Any
) -> None:
    index = index_of([record("MAL-1", versions=["0.5.15", "0.5.16"])])
    (finding,) = found(index, "0.5.17").findings
    assert finding.kind is FindingKind.HIJACKED
    assert finding.summary == (
        "Versions reported as malicious: 0.5.15, 0.5.16; 0.5.17 is not among them."
    )
    assert kinds(found(index, "0.5.16")) == [FindingKind.MALICIOUS]


def test_a_report_of_all_versions_condemns_whatever_is_uploaded_next(
    index_of: IndexOf, record: Any
) -> None:
    index = index_of([record("MAL-1", events=ALL)])
    assert kinds(found(index, "99.0")) == [FindingKind.MALICIOUS]
    assert kinds(found(index, None)) == [FindingKind.MALICIOUS]


def test_a_package_that_is_gone_is_condemned_by_any_report_and_an_unknown_version_by_none(
    index_of: IndexOf, record: Any
) -> None:
    index = index_of([record("MAL-1", versions=["1.0"])])
    assert kinds(found(index, None)) == [FindingKind.HIJACKED]
    assert kinds(found(index, None, project_status="gone")) == [FindingKind.MALICIOUS]
    assert kinds(found(index, "2.0", project_status="gone")) == [FindingKind.MALICIOUS]


def test_a_vulnerability_of_a_hijacked_package_stays_a_vulnerability(
    index_of: IndexOf, record: Any
) -> None:
    index = index_of(
        [
            record("MAL-1", aliases=["GHSA-1"], versions=["1.5"]),
            record("GHSA-1", versions=["1.0", "1.5"]),
        ]
    )
    assert kinds(found(index, "1.0")) == [FindingKind.VULNERABLE]
    assert kinds(found(index, "1.5")) == [FindingKind.MALICIOUS]


def test_the_fixing_version_is_the_next_one_in_which_no_record_has_the_flaw(
    index_of: IndexOf, record: Any
) -> None:
    backported = [
        *({"introduced": "0"}, {"fixed": "2.2.5"}),
        *({"introduced": "2.3"}, {"fixed": "2.3.2"}),
    ]
    index = index_of(
        [
            record("PYSEC-1", aliases=["CVE-1"], events=backported),
            record("GHSA-1", aliases=["CVE-1"], events=[{"introduced": "2.3"}, {"fixed": "2.3.3"}]),
        ]
    )
    assert found(index, "2.0").findings[0].fixed_in == "2.2.5"
    assert found(index, "2.3.1").findings[0].fixed_in == "2.3.3"
    assert found(index_of([record("PYSEC-1", events=ALL)]), "1").findings[0].fixed_in is None


def test_pypi_is_a_source_of_its_own(index_of: IndexOf, record: Any) -> None:
    index = index_of([record("PYSEC-1", events=UP_TO_2)])
    result = found(
        index,
        "3.0",
        project_status="quarantined",
        status_reason="under review",
        yanked=True,
        yanked_reason="broken\nwheel",
        vulnerabilities=["PYSEC-1", "PYSEC-NEW"],
    )
    told = [(each.kind, each.source, each.id, each.summary, each.url) for each in result.findings]
    page = "https://pypi.example/project/flask/"
    assert told == [
        (FindingKind.QUARANTINED, "pypi", "quarantined", "under review", page),
        (FindingKind.VULNERABLE, "pypi", "PYSEC-NEW", "", "https://osv.example/PYSEC-NEW"),
        (FindingKind.YANKED, "pypi", "3.0", "broken wheel", page),
    ]


def test_the_gravest_comes_first_and_a_flood_is_cut_from_its_end(
    index_of: IndexOf, record: Any
) -> None:
    words = {"severity": "LOW"}
    flood = [record(f"PYSEC-{n}", events=ALL, database_specific=words) for n in range(600)]
    grave = record("GHSA-9", events=ALL, database_specific={"severity": "CRITICAL"})
    result = found(index_of([*flood, grave, record("MAL-9", versions=["1.0"])]), "1.0").findings
    assert len(result) == MAX_FINDINGS
    assert [each.id for each in result[:2]] == ["MAL-9", "GHSA-9"]


@pytest.mark.parametrize(
    ("version", "more", "safe"),
    [
        ("2.0", {"releases": {}}, "2.0"),
        (
            "2.5",
            {"releases": {}},
            None,
        ),  # 2.0 is named by an advisory, and nobody says that it was released
        ("1.0", {"releases": {}}, None),
        ("2.5", {"releases": {"2.4": None, "2.5": None, "2.6rc1": None, "1.9": None}}, "2.4"),
        ("2.0", {"yanked": True, "releases": {"2.0.1": None}}, "2.0.1"),
        (None, {"releases": {}}, None),
    ],
)
def test_the_safe_version_is_the_newest_that_no_standing_record_affects(
    index_of: IndexOf, record: Any, version: str | None, more: Any, safe: str | None
) -> None:
    index = index_of([record("PYSEC-1", events=UP_TO_2), record("PYSEC-2", versions=["2.5"])])
    assert found(index, version, **more).safe_version == safe


def test_days_to_fix_count_from_publication_to_the_first_mended_release(
    index_of: IndexOf, record: Any
) -> None:
    index = index_of(
        [
            record("PYSEC-1", events=UP_TO_2),
            record("PYSEC-2", events=[{"introduced": "0"}, {"fixed": "2.1.0"}]),
            record("PYSEC-3", events=[{"introduced": "0"}, {"fixed": "2.2"}]),
            record("PYSEC-4", events=ALL),
        ]
    )
    days = {"2.0": date(2024, 1, 1), "2.1": date(2024, 1, 20), "2.2": date(2024, 2, 9)}
    assert found(index, "2.2", releases=days).median_days_to_fix == 10
    assert found(index, "2.2").median_days_to_fix is None


@pytest.mark.parametrize(("version", "kind"), [("2.0", "malicious"), ("2.1", "hijacked")])
def test_a_report_that_names_versions_condemns_those_alone(
    index_of: IndexOf, record: Any, version: str, kind: str
) -> None:
    """Also where what it said first, all versions, still stands in it or in a copy of it."""
    exact = record("MAL-1", versions=["2.0"], events=ALL, aliases=["GHSA-1"])
    copied = record("GHSA-1", events=ALL, database_specific={"cwe_ids": ["CWE-506"]})
    releases = {"1.9": None, "2.1": None}
    seen = found(index_of([exact, copied]), version, releases=releases)
    assert kinds(seen) == [kind]
    assert seen.safe_version == "2.1"


def test_a_report_is_not_about_a_project_that_took_the_name_later(
    index_of: IndexOf, record: Any
) -> None:
    index = index_of([record("MAL-1", events=ALL, published="2024-01-10T12:00:00Z")])
    assert kinds(found(index, "1.0", first_release=date(2024, 3, 1))) == []
    assert kinds(found(index, "1.0", first_release=date(2023, 3, 1))) == [FindingKind.MALICIOUS]


@pytest.mark.parametrize(
    ("id_", "said", "kind"),
    [
        ("GHSA-1", {"database_specific": {"cwe_ids": ["CWE-506"]}}, "malicious"),
        ("GHSA-1", {"summary": "Malware in flask"}, "malicious"),
        ("PYSEC-1", {"summary": "", "details": "Malicious package. Sends secrets."}, "malicious"),
        (
            "PYSEC-1",
            {"details": "The flask package v1.0 included a code-execution backdoor."},
            "malicious",
        ),
        ("GHSA-1", {"summary": "Malicious code can be run by a crafted request"}, "vulnerable"),
        ("PYSEC-1", {"details": "Lets others install a malicious package."}, "vulnerable"),
        ("GHSA-1", {"database_specific": {"cwe_ids": ["CWE-94"]}}, "vulnerable"),
    ],
)
def test_malware_is_malware_whoever_reports_it(
    index_of: IndexOf, record: Any, id_: str, said: Any, kind: str
) -> None:
    assert kinds(found(index_of([record(id_, versions=["1.0"], **said)]), "1.0")) == [kind]


def test_an_event_that_is_no_version_is_told_and_calls_nothing_clean(
    index_of: IndexOf, record: Any
) -> None:
    events = [{"introduced": "0"}, {"fixed": ">= 0.7.1"}]
    index = index_of([record("GHSA-1", events=events), record("GHSA-2", "django", events=UP_TO_2)])
    assert kinds(found(index, "0.5")) == [FindingKind.VULNERABLE]
    assert found(index, "0.5").findings[0].fixed_in is None
    assert list(index.broken.values()) == ["`fixed` at '>= 0.7.1', which is no version"]
    assert (index.records, index.readable) == (2, 1)


def test_beside_an_event_that_is_no_version_the_named_versions_count(
    index_of: IndexOf, record: Any
) -> None:
    events = [{"introduced": "0"}, {"fixed": "unknown, see below"}]
    index = index_of([record("GHSA-1", versions=["0.5"], events=events)])
    assert kinds(found(index, "0.5")) == [FindingKind.VULNERABLE]
    assert kinds(found(index, "0.6")) == []


@pytest.mark.parametrize(
    ("releases", "fix"),
    [
        ({}, None),
        ({"1.0": None, "2.0rc1": None, "2.0": None}, "2.0"),
        ({"1.0": None, "2.1": None}, None),
        ({"1.0": None}, None),
    ],
)
def test_a_fix_that_was_taken_back_or_never_released_is_not_named(
    index_of: IndexOf, record: Any, releases: Any, fix: str | None
) -> None:
    index = index_of([record("GHSA-1", events=UP_TO_2)])
    assert found(index, "1.0", releases=releases).findings[0].fixed_in == fix


def test_the_severity_of_another_package_of_the_record_does_not_count(
    index_of: IndexOf, record: Any
) -> None:
    document = record("GHSA-1", events=ALL)
    document["affected"][0]["severity"] = [{"type": "CVSS_V3", "score": LOW}]
    document["affected"].append(
        {"package": {"ecosystem": "PyPI", "name": "django"}, "versions": ["1.0"]}
        | {"severity": [{"type": "CVSS_V3", "score": CRITICAL}]}
    )
    index = index_of([document])
    assert found(index, "1.0").findings[0].severity == Severity.LOW
    (flaw,) = index.flaws
    assert flaw.rating.severity == Severity.CRITICAL


def test_a_report_changed_since_the_first_release_and_naming_the_latest_version_is_about_it(
    index_of: IndexOf, record: Any
) -> None:
    """Whoever made the first project that was removed may have uploaded again."""
    index = index_of([record("MAL-1", versions=["1.0"])])  # published in January, changed in May
    assert kinds(found(index, "1.0", first_release=date(2024, 3, 1))) == [FindingKind.MALICIOUS]
    assert kinds(found(index, "1.0", first_release=date(2024, 6, 1))) == []
    assert kinds(found(index, "1.1", first_release=date(2024, 3, 1))) == []


@pytest.mark.parametrize(
    "text", ["1!2.0", " 0.7.1", "2004d", "1.0-dev-foo", "0.1.0.linux-x86_64", "*", "v1.0", "0"]
)
def test_what_can_be_a_version_is_one(text: str) -> None:
    assert is_version(text)


@pytest.mark.parametrize(
    "text",
    ["", "unknown", "latest", "main", "~0.7.1", "[0.7.1]", ">= 0.7.1", "0.7.1 and later", "a, b"],
)
def test_what_can_be_no_version_is_none(text: str) -> None:
    assert not is_version(text)


def test_the_catalogue_tells_the_named_versions_of_malware_alone(
    index_of: IndexOf, record: Any
) -> None:
    (flaw,) = index_of([record("MAL-1", versions=["2.0"], events=ALL)]).flaws
    assert [said.ranges for said in flaw.told_of("flask")] == [("==2",)]
