"""The definitions: what readers, the API and the documents are told is what is computed."""

import json
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from domain.explanation import explain
from domain.score_record import unpack
from evaluation import methodology
from scorer.scoring import (
    INPUTS,
    RULES_VERSION,
    Market,
    definitions,
    momentum,
    schema,
    score_packages,
)
from scorer.scoring.insights import INSIGHTS
from scorer.scoring.ranking import RANKINGS, percentile_within, rank_within
from scorer.scoring.rulebook import LABELS, conditions

DAY = date(2026, 6, 30)
DEFINITIONS = definitions()
MODULE: Any = import_module("scorer.scoring.definitions")
STARS = next(each for each in RANKINGS if each.name == "stars")


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
    """Made anew by `make generate`; its figures by `make evaluate`."""
    root = next(up for up in Path(__file__).resolve().parents if (up / "docs").is_dir())
    written = (root / "docs/methodology.md").read_text()
    figures = methodology.figures_in(written)
    assert set(figures) == set(methodology.FIGURES)
    assert written == methodology.render(figures)


def test_ranks_share_places_and_leave_out_the_unknown() -> None:
    frame = pl.DataFrame({"stars": [5, 9, 5, None]})
    frame = frame.with_columns(rank_within(STARS)).with_columns(percentile_within(STARS))
    assert frame["stars_rank"].to_list() == [2, 1, 2, None]
    assert frame["stars_percentile"].to_list() == pytest.approx([200 / 3, 100, 200 / 3, None])


def ranked(packages: list[dict[str, Any]], row: int, topics: list[str]) -> dict[str, Any]:
    """Score packages and give the ranks of one."""
    numbered = [{"package_id": k, "name": f"p{k}", **each} for k, each in enumerate(packages)]
    record = score_packages(pl.DataFrame(numbered, infer_schema_length=None), DAY)["record"][row]
    told: dict[str, Any] = explain(DEFINITIONS, record, topics=topics)["ranks"]
    return told


def test_a_package_is_ranked_among_all_and_within_its_topics() -> None:
    web: list[dict[str, Any]] = [
        {"topics": ["gis", "web"], "downloads_last_month": 10 + k} for k in range(12)
    ]
    others: list[dict[str, Any]] = [{"downloads_last_month": 1_000, "stars": 5}] * 4
    assert ranked(web + others, 10, ["gis", "web"]) == {
        "all": [{"name": "downloads", "rank": 6, "percentile": 68.75}],
        "topics": [
            {"topic": topic, "ranks": [{"name": "downloads", "rank": 2, "percentile": 91.67}]}
            for topic in ("gis", "web")
        ],
    }
    assert ranked(web + others, 12, []) == {
        "all": [
            {"name": "downloads", "rank": 1, "percentile": 100.0},
            {"name": "stars", "rank": 1, "percentile": 100.0},
        ],
        "topics": [],
    }


def test_a_small_topic_has_no_ranks() -> None:
    few = [{"topics": ["gis"], "downloads_last_month": 10 + k} for k in range(9)]
    assert ranked(few, 3, ["gis"])["topics"] == []


def test_flagged_packages_have_no_rank_and_take_no_place() -> None:
    bad = {"security_status": "malicious", "downloads_last_month": 900}
    good = {"security_status": "clean", "downloads_last_month": 5}
    assert ranked([bad, good], 0, [])["all"] == []
    assert ranked([bad, good], 1, [])["all"] == [
        {"name": "downloads", "rank": 1, "percentile": 100.0}
    ]


def test_the_market_of_a_run_is_recorded_with_its_definitions() -> None:
    market = Market((0.04, None), 0.98, 50_000)
    told = json.loads(json.dumps(definitions(market)))["market"]
    assert told == {"growth": [0.04, None], "week": 0.98, "packages": 50_000}


@pytest.mark.parametrize(
    ("where", "name", "value"),
    [
        (momentum, "CAP", 0.3),
        (MODULE, "LEAST_KNOWN", 30.0),
        (MODULE, "LABELS", LABELS[1:]),
        (MODULE, "INSIGHTS", INSIGHTS[1:]),
    ],
)
def test_the_version_of_the_rules_changes_with_each_of_them(
    monkeypatch: pytest.MonkeyPatch, where: Any, name: str, value: object
) -> None:
    assert MODULE.rules_version() == RULES_VERSION
    monkeypatch.setattr(where, name, value)
    assert MODULE.rules_version() != RULES_VERSION
