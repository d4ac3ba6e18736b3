"""A reader finds every value to supply on one page, and is told what is still the example's."""

from pathlib import Path

from rendering import ROOT

from checks.values import missing
from devstack.codegen.values_page import SECRETS, SETTINGS, values, values_page


def test_the_page_explains_every_value_there_is() -> None:
    page = values_page()
    named = [*values(SETTINGS), *values(SECRETS)]
    assert len(named) > 30
    for value in named:
        assert f"| `{value.name}` |" in page
        assert len(value.meaning) > 10, f"{value.name} is not explained"
    assert (ROOT / "docs" / "values.md").read_text() == page


def filled_in(folder: Path, **changed: str) -> tuple[Path, Path]:
    """The two files as an operator fills them in, apart from what is changed."""
    made = []
    for file, name in ((SETTINGS, "values.env"), (SECRETS, "secrets.env")):
        own = {"random": "p" + "a1" * 12}
        lines = [
            f"# {value.meaning}\n{value.name}="
            + changed.get(value.name, own.get(value.example, value.example) if not value.must_change
                          or value.example == "random" else "mine.test@sha256:12")
            for value in values(file)
        ]  # fmt: skip
        (folder / name).write_text("\n".join(lines) + "\n")
        made.append(folder / name)
    return made[0], made[1]


def test_what_is_left_as_it_was_is_named(tmp_path: Path) -> None:
    assert list(missing(*filled_in(tmp_path))) == []
    (left,) = missing(*filled_in(tmp_path, SITE_HOST="stats.example.org"))
    assert left.startswith("SITE_HOST in values.env is still the example's")
    (weak,) = missing(*filled_in(tmp_path, VALKEY_PASSWORD="1234"))
    assert "VALKEY_PASSWORD in secrets.env is no password" in weak
    assert "is not there" in next(iter(missing(SETTINGS, tmp_path / "none.env")))
