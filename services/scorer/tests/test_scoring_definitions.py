"""The definitions: what readers, the API and the documents are told is what is computed."""

import json
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from scorer.evaluation import methodology
from scorer.scoring import INPUTS, definitions, schema, score_packages
from scorer.scoring.ranking import rank_within
from scorer.scoring.rulebook import conditions
from servicekit.explanation import explain, unpack

DAY = date(2026, 6, 30)
DEFINITIONS = definitions()


def test_definitions_survive_json() -> None:
    assert json.loads(json.dumps(DEFINITIONS)) == DEFINITIONS


def test_every_rule_speaks_in_facts_that_are_defined() -> None:
    known = {fact["name"] for fact in DEFINITIONS["facts"]}
    known |= {label["name"] for label in DEFINITIONS["labels"]} | {"health"}
    assert {condition.fact for condition in conditions()} <= known


def test_every_input_tells_its_unit_meaning_and_source() -> None:
    assert all(each.meaning and each.source for each in INPUTS)
    assert len(schema()) == len(INPUTS)


def test_weights_of_health_are_shares_of_a_hundred() -> None:
    assert sum(part["weight"] for part in DEFINITIONS["health"]["parts"]) == 100


def test_a_record_is_small_and_tells_known_from_unknown() -> None:
    nothing = score_packages(pl.DataFrame({"package_id": [1], "name": ["x"]}), DAY)["record"][0]
    assert len(nothing) < 40
    assert unpack(DEFINITIONS["record"], nothing).values == {}


def test_a_record_of_other_rules_is_refused() -> None:
    with pytest.raises(ValueError, match="layout"):
        explain(DEFINITIONS, b"\x01" * 50)


def test_an_explanation_names_dates_points_and_rules() -> None:
    inputs = pl.DataFrame(
        {
            "package_id": [1],
            "name": ["x"],
            "released": [date(2024, 6, 30)],
            "downloads_last_month": [9_999_999],
            "yanked": [True],
            "stars": [3_000_000_000],
        }
    )
    record = score_packages(inputs, DAY)["record"][0]
    told = explain(DEFINITIONS, record, {"pypi": "2026-06-29"})
    release = told["health"]["parts"][0]
    assert release["inputs"] == [
        {"name": "days_since_release", "value": 730, "unit": "days", "observed": "2026-06-29"}
    ]
    assert release["points"] < release["of"]
    assert "a new release" in release["would_change"]
    assert told["health"]["confidence"] == "low"
    (yanked,) = told["health"]["multipliers"]
    assert yanked["factor"] == 0.8
    assert "withdrew" in yanked["reason"]
    maintenance = told["labels"][0]
    assert maintenance["rule"].startswith("maintenance.")
    assert any("active" in change for change in maintenance["would_change"])


def test_the_methodology_is_what_the_definitions_say() -> None:
    """Made anew by `python -m scorer.evaluate TASK ... --docs docs/methodology.md`."""
    root = next(up for up in Path(__file__).resolve().parents if (up / "docs").is_dir())
    written = (root / "docs/methodology.md").read_text()
    figures = methodology.figures_in(written)
    assert set(figures) == set(methodology.FIGURES)
    assert written == methodology.render(figures)


def test_ranks_share_places_and_leave_out_the_unknown() -> None:
    frame = pl.DataFrame({"stars": [5, 9, 5, None]}).with_columns(rank_within("stars"))
    assert frame["stars_rank"].to_list() == [2, 1, 2, None]
    assert frame["stars_percentile"].to_list() == pytest.approx([200 / 3, 100, 200 / 3, None])


def test_a_small_topic_has_no_ranks() -> None:
    topics = pl.DataFrame({"stars": range(12), "topic": ["web"] * 10 + ["gis"] * 2})
    ranked = topics.with_columns(rank_within("stars", over="topic"))
    assert ranked["stars_rank"].to_list() == [*range(10, 0, -1), None, None]
