"""The fit can be repeated from a folder of names."""

from pathlib import Path

import pytest

from evaluation import lookalike_fit as fit
from evaluation import security as evaluate
from security_scan.lookalike import model

POPULAR = ["requests", "selenium", "colorama", "websockets", "cryptography", "matplotlib"]


def swapped(name: str) -> list[str]:
    return [name[:at] + name[at + 1] + name[at] + name[at + 2 :] for at in range(1, len(name) - 1)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    malicious = sorted({each for name in POPULAR for each in swapped(name)} - set(POPULAR))
    live = [f"{name}{suffix}" for name in POPULAR for suffix in ("x", "2", "kit", "1", "9")]
    header = "name\tsources\n"
    lines = "".join(f"{name}\there\n" for name in malicious)
    (tmp_path / "malicious_names.tsv").write_text(header + lines)
    (tmp_path / "malicious_near_popular.tsv").write_text(header + lines)
    (tmp_path / "live_names_sample.txt").write_text("".join(f"{name}\n" for name in live))
    ranks = "".join(f"{rank}\t{name}\t2026-01\n" for rank, name in enumerate(POPULAR, 1))
    (tmp_path / "ranked.tsv").write_text("rank\tname\tlast_release_month\n" + ranks)
    return tmp_path


@pytest.mark.development
def test_what_is_fitted_tells_malicious_names_from_live_ones(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fit, "NAMES_ON_PYPI", 300)
    monkeypatch.setattr(fit, "WANTED_FLAGS", 1)
    out = folder / "weights.toml"
    popular = folder / "ranked.tsv"
    fit.main(["--data", str(folder), "--popular", str(popular), "--out", str(out)])
    printed = capsys.readouterr().out
    assert " 1500 live names flagged: " in printed
    weights = model.read(out.read_text()).weights
    assert weights["edit.swap"] > 0 > weights["edit.digit_inserted"]


def test_the_flagged_names_are_written_one_a_line_without_the_popular_ones(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = folder / "names.txt"
    names.write_text("cryptogarphy\nrequests\nseleinum\nhello-world\ncolorama\n")
    out = folder / "flagged.txt"
    evaluate.main(
        [
            *("typosquat", "--data", str(names), "--popular", str(folder / "ranked.tsv")),
            *("--out", str(out)),
        ]
    )
    assert out.read_text() == "cryptogarphy\nseleinum\n"
    assert capsys.readouterr().out.startswith("2 of 5 names flagged")
