"""Whoever judges what the service reads sees the outcome of every document."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

RELEASE = {"upload_time_iso_8601": "2026-05-01T10:00:00Z", "filename": "x-1.0.tar.gz"}


def package(name: str, **info: Any) -> dict[str, Any]:
    return {
        "name": name,
        "json": {
            "info": {"name": name, "version": "1.0", **info},
            "releases": {"1.0": [RELEASE]},
            "ownership": {"organization": None, "roles": [{"role": "Owner", "user": "ann"}]},
        },
    }


@pytest.fixture
def evaluated(tmp_path: Path) -> Any:
    def run(lines: list[str], github: list[dict[str, Any]] | None = None) -> list[dict[str, Any]]:
        data, out = tmp_path / "pypi.jsonl", tmp_path / "out.jsonl"
        data.write_text("\n".join(lines))
        command = [sys.executable, "-m", "evaluation.facts", "--data", data, "--out", out]
        if github:
            known = tmp_path / "github.jsonl"
            known.write_text("\n".join(map(json.dumps, github)))
            command += ["--github", known]
        subprocess.run(command, check=True, capture_output=True)
        return [json.loads(line) for line in out.read_text().splitlines()]

    return run


def test_each_document_gives_a_line_of_facts(evaluated: Any) -> None:
    (told,) = evaluated(
        [
            json.dumps(
                package(
                    "thing",
                    license="MIT",
                    requires_python=">=3.9",
                    requires_dist=["numpy (>=1.19.*)"],
                    project_urls={"Source": "https://github.com/ann/thing"},
                )
                | {"simple": {"project-status": {"status": "archived"}, "versions": ["1.0"]}}
            )
        ]
    )
    assert told["repository"].pop("confidence") > 0.9
    assert told == {
        "name": "thing",
        "project_status": "archived",
        "license": "MIT",
        "license_class": "permissive",
        "minimum_python": "3.9",
        "requires_python": ">=3.9",
        "dependencies": ["numpy"],
        "owners": ["ann"],
        "sole_maintainer": True,
        "released": "2026-05-01",
        "release_count": 1,
        "repository": {"full_name": "ann/thing", "directory": None},
    }


def test_what_cannot_be_read_is_told_and_the_rest_goes_on(evaluated: Any) -> None:
    told = evaluated(["no json", '{"name": "null", "json": null}', json.dumps(package("last"))])
    assert [("error" in line, line["name"]) for line in told] == [
        (True, None),
        (True, "null"),
        (False, "last"),
    ]


def test_a_project_with_a_simple_page_alone_has_its_status(evaluated: Any) -> None:
    line = {"name": "held", "json": None, "simple": {"project-status": {"status": "quarantined"}}}
    assert evaluated([json.dumps(line)])[0]["project_status"] == "quarantined"


def test_the_repository_says_what_it_is_where_it_is_given(evaluated: Any) -> None:
    line = package("thing", project_urls={"Source": "https://github.com/ann/thing"})
    document = {"id": 7, "full_name": "ann/thing", "stargazers_count": 12}
    (told,) = evaluated([json.dumps(line)], [{"full_name": "Ann/Thing", "repo": document}])
    assert told["github"]["stars"] == 12
