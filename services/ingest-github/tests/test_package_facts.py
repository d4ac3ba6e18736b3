"""What a package's page tells must be what PyPI says, whatever shape its document has."""

import json
from datetime import date
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from events import PackageFacts
from ingest_github.pypi.package_facts import (
    decode_document,
    decode_project_page,
    development_status,
    package_facts,
    status_facts,
)

DAY = date(2026, 6, 30)


def facts_of(document: Any, page: Any = None, name: str = "thing") -> PackageFacts:
    read = None if page is None else decode_project_page(json.dumps(page).encode())
    return package_facts(name, decode_document(json.dumps(document).encode()), read, DAY)


def file(when: str, *, yanked: bool = False, reason: str | None = None) -> dict[str, Any]:
    return {"upload_time_iso_8601": when, "yanked": yanked, "yanked_reason": reason, "size": 9}


WHOLE = {
    "info": {
        "name": "Thing",
        "version": "2.0",
        "summary": "Does\nthings",
        "requires_python": ">=3.9",
        "classifiers": ["Development Status :: 5 - Production/Stable"],
        "keywords": "one, two",
        "project_urls": {"Source": "https://github.com/a/thing", "Bad": "javascript:1"},
        "author": "Ann",
        "author_email": "Ann <ann@example.org>, Bob <bob@example.org>",
        "license_expression": "MIT",
        "requires_dist": ["httpx>=1", 'rich; extra == "cli"', "not a requirement !!"],
    },
    "ownership": {
        "roles": [{"role": "Maintainer", "user": "bob"}, {"role": "Owner", "user": "ann"}],
        "organization": "things",
    },
    "releases": {
        "1.0": [file("2024-01-01T00:00:00Z")],
        "2.0": [file("2026-03-01T00:00:00Z")],
        "2.1rc1": [file("2026-04-01T00:00:00Z", yanked=True, reason="broken")],
        "0.1": [],
    },
    "vulnerabilities": [{"id": "PYSEC-1"}, {"id": "PYSEC-2", "withdrawn": "2026"}],
}


def test_the_latest_version_is_described() -> None:
    facts = facts_of(WHOLE)
    assert (facts.display_name, facts.version, facts.summary) == ("Thing", "2.0", "Does things")
    assert (facts.requires_python, facts.minimum_python) == (">=3.9", "3.9")
    assert (facts.development_status, facts.keywords) == (5, ["one", "two"])
    assert facts.links == {"Source": "https://github.com/a/thing"}
    assert (facts.owners, facts.maintainers) == (["ann", "bob", "things"], ["Ann", "Bob"])
    assert (facts.dependencies, facts.extra_dependencies) == (["httpx"], ["rich"])
    assert (facts.license, facts.vulnerabilities) == ("MIT", ["PYSEC-1"])


@pytest.mark.parametrize(
    ("roles", "organization", "owners"),
    [
        # poetry-core and toga on PyPI in 2026: an organisation and no role of its own.
        ([], "python-poetry", ["python-poetry"]),
        ([{"role": "Owner", "user": "ann"}], "beeware", ["ann", "beeware"]),
        ([{"role": "Owner", "user": "ann"}], None, ["ann"]),
        ([{"role": "Owner", "user": "ann"}, {"role": "Maintainer", "user": "ann"}], "", ["ann"]),
    ],
)
def test_an_organisation_is_told_from_the_accounts(
    roles: list[Any], organization: str | None, owners: list[str]
) -> None:
    facts = facts_of({"ownership": {"roles": roles, "organization": organization}})
    assert (facts.owners, facts.organization) == (owners, organization or None)


def test_the_history_counts_what_was_released_and_not_taken_back() -> None:
    facts = facts_of(WHOLE)
    assert (facts.first_release, facts.released) == (date(2024, 1, 1), date(2026, 4, 1))
    assert (facts.release_count, facts.releases_last_year) == (3, 2)
    assert [release.version for release in facts.releases] == ["2.1rc1", "2.0", "1.0"]
    newest = facts.releases[0]
    assert (newest.prerelease, newest.yanked, newest.yanked_reason) == (True, True, "broken")


def test_the_simple_page_tells_the_projects_status() -> None:
    facts = facts_of(WHOLE, {"project-status": {"status": "archived", "reason": "done"}})
    assert (facts.project_status, facts.status_reason) == ("archived", "done")


def test_without_releases_the_dates_come_from_the_simple_page() -> None:
    page = {
        "versions": ["1.0", "1.1"],
        "files": [
            {"filename": "thing-1.0.tar.gz", "upload-time": "2025-01-01T10:00:00Z"},
            {
                "filename": "thing-1.1.0-py3-none-any.whl",
                "upload-time": "2026-01-01T10:00:00Z",
                "yanked": "wrong",
            },
            {"filename": "thing.exe"},
        ],
    }
    facts = facts_of({"info": {"version": "1.1"}, "urls": []}, page)
    assert [release.version for release in facts.releases] == ["1.1", "1.0"]
    assert facts.releases[0].yanked_reason == "wrong"
    assert facts.first_release == date(2025, 1, 1)


def test_without_releases_and_page_the_latest_files_still_date_the_package() -> None:
    facts = facts_of({"info": {"version": "1.1"}, "urls": [file("2026-01-01T10:00:00Z")]})
    assert (facts.release_count, facts.released) == (1, date(2026, 1, 1))


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"info": None},
        {"info": []},
        {"info": {"name": 7, "classifiers": "x", "requires_dist": None, "project_urls": [1]}},
        {"info": {"requires_python": "three", "keywords": 5, "yanked": "no"}, "releases": []},
        {"releases": {"1.0": "files", "2.0": [1, None]}, "urls": {}, "ownership": "me"},
        {"info": {"version": "x" * 5000, "summary": "\x00 y"}, "vulnerabilities": [3]},
    ],
)
def test_nulls_and_wrong_types_give_unknown_not_failure(document: Any) -> None:
    facts = facts_of(document)
    assert facts.display_name == "thing"
    assert facts.license_class == "unknown"
    assert (facts.minimum_python, facts.dependencies) == (None, [])
    assert msgspec.json.decode(msgspec.json.encode(facts), type=PackageFacts) == facts


def test_quarantine_is_told_though_there_is_nothing_to_install() -> None:
    page = {"files": [], "versions": [], "project-status": {"status": "quarantined"}}
    facts = status_facts("thing", decode_project_page(json.dumps(page).encode()), DAY)
    assert (facts.project_status, facts.release_count) == ("quarantined", 0)


def test_a_status_nobody_knows_is_active() -> None:
    assert facts_of({}, {"project-status": {"status": "sleeping"}}).project_status == "active"


def test_the_most_mature_status_counts() -> None:
    declared = ["Development Status :: 3 - Alpha", "Development Status :: 7 - Inactive", 5]
    assert development_status(declared) == 7
    assert development_status(["Topic :: Software Development"]) is None


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=6,
)
fields = st.sampled_from(
    ["name", "version", "license", "classifiers", "requires_dist", "project_urls", "keywords"]
)


@given(st.dictionaries(fields, json_values), json_values, json_values)
def test_no_document_breaks_the_reader(info: Any, releases: Any, ownership: Any) -> None:
    document = {"info": info, "releases": releases, "ownership": ownership}
    facts = facts_of(document)
    assert facts.license_class
    assert len(msgspec.json.encode(facts)) < 20_000


@pytest.mark.realdata
def test_recorded_documents_give_what_pypi_shows(recorded: list[dict[str, Any]]) -> None:
    legacy = {each["path"]: each["doc"] for each in recorded if each["kind"] == "legacy-json"}
    assert len(legacy) == 26
    ipython = facts_of(legacy["ipython/7.5.0.json"], name="ipython")
    assert (ipython.version, ipython.released) == ("7.5.0", date(2019, 4, 25))
    assert ipython.owners[:4] == ["bgranger", "fperez", "ivanov", "minrk"]
    assert ipython.minimum_python == "3.5"
    assert "traitlets" in ipython.dependencies
    assert "pytest" not in ipython.dependencies
    licensed = [facts_of(doc).license_class for doc in legacy.values()]
    assert licensed.count("unknown") <= 1
    undated = [path for path, doc in legacy.items() if facts_of(doc).released is None]
    assert undated == []


@pytest.mark.realdata
def test_recorded_simple_pages_give_a_status_and_dates(recorded: list[dict[str, Any]]) -> None:
    pages = [each["doc"] for each in recorded if each["kind"] == "simple-json"]
    for page in pages:
        read = decode_project_page(json.dumps(page).encode())
        facts = status_facts(page["name"], read, DAY)
        assert facts.project_status == page["project-status"]["status"]
        dated = {release.version for release in facts.releases if release.day}
        assert dated == set(page["versions"])


def test_a_summary_that_turns_text_around_is_shown_and_not_obeyed() -> None:
    body = msgspec.json.encode({"info": {"summary": f"a{chr(0x202E)}b"}})
    facts = package_facts("x", decode_document(body), None, date(2026, 6, 30))
    assert facts.summary == "a[U+202E]b"


@given(st.lists(st.text("ab._; privte9", max_size=12) | st.none(), max_size=8))
def test_declared_import_names_are_modules_and_never_private(stated: list[str | None]) -> None:
    document = {"info": {"import_names": stated, "import_namespaces": ["google ; private", "zope"]}}
    found = package_facts("a", decode_document(msgspec.json.encode(document)), None, DAY)
    assert "zope" in found.import_names
    assert "google" not in found.import_names
    assert all(part.isidentifier() for name in found.import_names for part in name.split("."))


def test_what_is_imported_comes_before_its_namespace() -> None:
    info = {
        "import_names": ["google.protobuf", "_internal; private"],
        "import_namespaces": ["google"],
    }
    body = msgspec.json.encode({"info": info})
    found = package_facts("protobuf", decode_document(body), None, DAY)
    assert found.import_names == ["google.protobuf", "google"]
