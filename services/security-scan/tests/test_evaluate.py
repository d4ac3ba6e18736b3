"""The command that says what applies to a version, and why."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from evaluation import security as evaluate


@pytest.fixture
def ask(
    tmp_path: Path, archive_of: Callable[..., bytes], capsys: pytest.CaptureFixture[str]
) -> Callable[..., str]:
    def asking(documents: list[Any], version: str) -> str:
        path = tmp_path / "all.zip"
        path.write_bytes(archive_of(documents))
        evaluate.main(["advisories", "--data", str(path), "--name", "Flask", "--version", version])
        return capsys.readouterr().out

    return asking


def test_each_record_says_why_it_applies_or_not(ask: Callable[..., str], record: Any) -> None:
    documents = [
        record("PYSEC-1", aliases=["CVE-1"], events=[{"introduced": "0"}, {"fixed": "2.0"}]),
        record("GHSA-1", aliases=["CVE-1"], versions=["1.0"]),
        record("PYSEC-2", events=[{"introduced": "3.0"}]),
        record("PYSEC-3", events=[{"introduced": "0"}], withdrawn="2024-01-01T00:00:00Z"),
    ]
    said = ask(documents, "1.0")
    assert "vulnerable GHSA-1 (CVE-1, PYSEC-1) severity unknown, fixed in 2.0: About GHSA-1" in said
    assert "PYSEC-1: 1.0 is inside one of <2.0" in said
    assert "GHSA-1: it names 1.0" in said
    assert "not affected by PYSEC-2: 1.0 is not named, and outside >=3.0" in said
    assert "withdrawn PYSEC-3: never applies" in said


def test_a_file_that_is_no_archive_ends_with_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "all.zip"
    path.write_bytes(b"no zip")
    with pytest.raises(SystemExit, match="not a whole zip"):
        evaluate.main(["advisories", "--data", str(path), "--name", "x", "--version", "1"])
