"""A secret that slips into a file is named before it is published; so is an unsafe dependency."""

import json
import subprocess
import zipfile
from datetime import date
from pathlib import Path

import pytest
from detect_secrets.core import baseline

from checks import audit, secrets
from security_scan.archive import Bounds
from security_scan.index import read_index

PLANTED = "AKIA" + "Q3EGR7XK" + "2JZP5WMT"  # in parts, or it would be found here


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    (tmp_path / "settings.py").write_text("name = 'pypi-stats'\nsize = 3\n")
    return tmp_path


def test_a_secret_is_named_by_its_file_and_line(checkout: Path) -> None:
    assert secrets.new_in(checkout) == []
    (checkout / "notes.md").write_text(f"first\nuse {PLANTED} for the bucket\n")
    (found,) = secrets.new_in(checkout)
    assert (found.filename, found.line_number) == ("notes.md", 2)


def test_what_is_known_to_be_none_may_move_and_a_second_one_is_still_found(checkout: Path) -> None:
    (checkout / "notes.md").write_text(f"use {PLANTED}\n")
    baseline.save_to_file(secrets.found_in(checkout), str(checkout / secrets.BASELINE))
    (checkout / "notes.md").write_text(f"one line more\nuse {PLANTED}\n")
    assert secrets.new_in(checkout) == []
    (checkout / "more.md").write_text(f"use {PLANTED}\n")
    assert [each.filename for each in secrets.new_in(checkout)] == ["more.md"]


def test_nothing_git_leaves_out_is_looked_at(checkout: Path) -> None:
    (checkout / ".gitignore").write_text("secrets.env\n")
    (checkout / "secrets.env").write_text(f"KEY={PLANTED}\n")
    assert secrets.kept_files(checkout) == [".gitignore", "settings.py"]


RECORD = {
    "id": "PYSEC-2026-1",
    "summary": "Everybody may log in.",
    "affected": [
        {
            "package": {"ecosystem": "PyPI", "name": "Demo_Package"},
            "ranges": [
                {"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "2.0"}]},
            ],
        }
    ],
}


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    file = tmp_path / "all.zip"
    with zipfile.ZipFile(file, "w") as made:
        made.writestr("PYSEC-2026-1.json", json.dumps(RECORD))
    return file


@pytest.mark.parametrize(("version", "told"), [("1.9", ["PYSEC-2026-1"]), ("2.0", [])])
def test_a_pin_that_an_advisory_names_is_told(
    checkout: Path, archive: Path, version: str, told: list[str]
) -> None:
    (checkout / "requirements.lock").write_text(
        f"demo-package[fast]=={version} \\\n    --hash=sha256:00\nother==1.0\n"
    )
    pinned = audit.pins(checkout)
    assert pinned == {("demo-package", version), ("other", "1.0")}
    found = list(audit.unsafe(pinned, read_index(archive, Bounds())))
    assert [each.advisory for each in found] == told
    assert all("mended in 2.0" in each.says for each in found)


def test_what_is_lived_with_is_so_only_until_its_day(tmp_path: Path) -> None:
    file = tmp_path / "accepted.toml"
    file.write_text(
        "[[accepted]]\n"
        'advisory = "PYSEC-2026-1"\npackage = "demo"\nreason = "not reached"\nuntil = 2026-07-01\n'
    )
    assert audit.accepted(file, date(2026, 7, 1)) == {("PYSEC-2026-1", "demo")}
    assert audit.accepted(file, date(2026, 7, 2)) == set()


def test_without_an_archive_the_audit_says_that_it_was_skipped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv(audit.VARIABLE, raising=False)
    monkeypatch.setattr(audit, "BESIDE", tmp_path / "nothing.zip")
    assert audit.main([]) == audit.NOT_JUDGED
    assert audit.main([audit.OPTIONAL]) == 0
    assert capsys.readouterr().out.count("audit skipped") == 2
    assert audit.main([str(tmp_path / "nothing.zip")]) == 1
