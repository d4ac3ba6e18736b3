"""The list of decisions."""

from pathlib import Path

import pytest

from devstack.codegen.decisions import decisions_page


def test_decisions_stand_under_their_area_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    for number, area in (("0002", "Search"), ("0010", "Bus"), ("0001", "Search")):
        head = f"# {number} Title of {number}\n2026-11-24 · {area}\n\nText.\n"
        (tmp_path / f"{number}-a.md").write_text(head)
    page = decisions_page(tmp_path)
    places = [page.index(each) for each in ("## Bus", "(0010-", "## Search", "(0001-", "(0002-")]
    assert places == sorted(places)


@pytest.mark.parametrize(
    "head", ["# Title\n2026-11-24 · Bus\n\n", "# 0002 Title\n2026-11-24 · Bus\n\n"]
)
def test_a_decision_without_its_head_is_named(tmp_path: Path, head: str) -> None:
    (tmp_path / "0001-bus.md").write_text(head)
    with pytest.raises(ValueError, match=r"0001-bus\.md: begins with `# 0001 TITLE`"):
        decisions_page(tmp_path)
