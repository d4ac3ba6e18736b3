"""Every spelling that packages use must lead to the repository, and nothing else must."""

import csv
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest_github.repositories.reserved_names import RESERVED
from ingest_github.repositories.urls import OWNER, embedded_links, parse_github_url

owners = st.from_regex(OWNER, fullmatch=True).filter(
    lambda name: name.isascii() and name.lower() not in RESERVED
)
repositories = st.from_regex(
    r"[A-Za-z0-9_][A-Za-z0-9._-]{0,30}[A-Za-z0-9_]", fullmatch=True
).filter(lambda name: name.isascii() and not name.lower().endswith(".git"))


@pytest.mark.parametrize(
    "address",
    [
        "https://github.com/pallets/flask",
        "http://github.com/pallets/flask/",
        "https://www.github.com/pallets/flask.git",
        "github.com/pallets/flask",
        "//github.com/pallets/flask",
        "  <https://github.com/pallets/flask>. ",
        "git+https://github.com/pallets/flask.git#egg=flask",
        "git@github.com:pallets/flask.git",
        "ssh://git@github.com/pallets/flask",
        "scm:git:git://github.com/pallets/flask.git",
        "https://user:secret@github.com/pallets/flask",
        "https://github.com:443/pallets/flask",
        "https://github.com/pallets/flask?tab=readme-ov-file",
        "https://github.com/pallets/flask/issues",
        "https://github.com/pallets/flask/blob/main/README.md",
        "https://github.com/pallets/flask/discussions/1",
        "https://github.com/pallets/flask@2.0",
        "https://github.com/pallets/flask).",
        "HTTPS://GitHub.com/pallets/flask",
        "https://raw.githubusercontent.com/pallets/flask/main/logo.png",
        "https://api.github.com/repos/pallets/flask",
        "https://pallets.github.io/flask/",
    ],
)
def test_a_repository_is_read_out_of_every_spelling(address: str) -> None:
    link = parse_github_url(address)
    assert link is not None
    assert link.full_name == "pallets/flask"


@pytest.mark.parametrize(
    "address",
    [
        "",
        "UNKNOWN",
        "https://gitlab.com/pallets/flask",
        "https://bitbucket.org/pallets/flask",
        "https://github.com",
        "https://github.com/",
        "https://github.com/sponsors/pallets",
        "https://github.com/orgs/pallets",
        "https://github.com/marketplace/flask",
        "https://gist.github.com/pallets/abc",
        "https://github.com.example.org/pallets/flask",
        "https://notgithub.com/pallets/flask",
        "https://github.com/pallets/..",
        "https://github.com/-pallets/flask",
        "https://example.org/?next=https://github.com/pallets/flask",
    ],
)
def test_what_is_no_repository_is_not_taken_for_one(address: str) -> None:
    assert parse_github_url(address) is None


def test_the_page_of_an_owner_names_no_repository() -> None:
    link = parse_github_url("https://github.com/pydantic")
    assert link is not None
    assert (link.owner, link.repository) == ("pydantic", None)


def test_a_folder_of_a_monorepo_is_kept() -> None:
    link = parse_github_url(
        "https://github.com/Azure/azure-sdk-for-python/tree/main/sdk/core/azure"
    )
    assert link is not None
    assert link.directory == "sdk/core/azure"


def test_links_are_found_inside_a_description() -> None:
    description = (
        "See [docs](https://github.com/ann/b/wiki), <git@github.com:bob/d.git> and gitlab."
    )
    assert [link.full_name for link in embedded_links(description)] == ["ann/b", "bob/d"]


@given(owners, repositories, st.sampled_from(["https://github.com/", "git@github.com:"]))
def test_what_github_accepts_as_a_name_is_read_back(owner: str, name: str, start: str) -> None:
    link = parse_github_url(f"{start}{owner}/{name}")
    assert link is not None
    assert link.full_name == f"{owner}/{name}"


@given(st.text(max_size=80), st.sampled_from(["", "https://github.com/", "git@github.com:", "//"]))
def test_no_text_breaks_the_reader(rest: str, start: str) -> None:
    link = parse_github_url(start + rest)
    assert link is None or OWNER.fullmatch(link.owner)


@pytest.mark.realdata
def test_no_page_of_the_site_is_taken_for_an_owner(shared: Path) -> None:
    listed = json.loads((shared / "github" / "reserved_names.json").read_text())
    assert set(listed) <= RESERVED


@pytest.mark.realdata
def test_curated_homepages_lead_to_the_curated_repositories(shared: Path) -> None:
    """1,822 of 1,824 did on 2026-11-24; the two others are the curators' renames."""
    with (shared / "github" / "pypi_to_github.csv").open() as table:
        rows = [row for row in csv.DictReader(table) if "github.com" in row["homepage"]]
    wrong = []
    for row in rows:
        link = parse_github_url(row["homepage"])
        names = {row["github_id"].lower(), row["updated_github_id"].lower()}
        if link is None or link.full_name.lower() not in names:
            wrong.append(row["homepage"])
    assert len(rows) > 1800
    assert len(wrong) <= 2, wrong
