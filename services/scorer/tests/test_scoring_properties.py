"""What must hold for every package: no input may surprise its reader."""

from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from domain.explanation import explain
from scorer.scoring import definitions, judge, observe_market, place, schema, score_packages
from scorer.scoring.health import PARTS
from scorer.scoring.parts import points_column
from scorer.scoring.rulebook import LABELS

DAY = date(2026, 6, 30)
DEFINITIONS = definitions()
COUNT = st.integers(0, 10**9)
CHOICES: dict[str, list[str]] = {
    "minimum_python": ["2.7", "3.9", "3.13", "3", "rubbish"],
    "requires_python": [">=3.9", "<4"],
    "license_class": ["permissive", "weak_copyleft", "proprietary", "unknown"],
    "project_status": ["active", "archived", "deprecated", "quarantined", "gone"],
    "security_status": ["clean", "vulnerable", "malicious", "lookalike", "unknown"],
    "worst_severity": ["critical", "high", "medium", "low", "unknown"],
}
ROW_LOCAL = ["health", "health_confidence", "momentum", *(label.name for label in LABELS)]


def _values(name: str, dtype: pl.DataType) -> st.SearchStrategy[Any]:
    if name in CHOICES:
        return st.sampled_from(CHOICES[name])
    if name == "weeks":
        return st.lists(st.none() | st.integers(0, 10**8), max_size=30)
    if name == "repository_confidence" or name.endswith("_share"):
        return st.floats(0, 1)
    by_type: dict[Any, st.SearchStrategy[Any]] = {
        pl.Date: st.dates(date(2008, 1, 1), DAY + timedelta(days=2)),
        pl.Boolean: st.booleans(),
        pl.String: st.text(max_size=4),
        pl.List: st.just(["web"]),
    }
    return by_type.get(dtype.base_type(), COUNT)


FACTS = {
    name: st.none() | _values(name, dtype)
    for name, dtype in schema().items()
    if name not in ("package_id", "name")
}
PACKAGE = st.fixed_dictionaries(FACTS)
MANY = settings(deadline=None, max_examples=25, suppress_health_check=list(HealthCheck))


def frame(*packages: dict[str, Any]) -> pl.DataFrame:
    """Number the packages and make them inputs."""
    rows = [{"package_id": k, "name": f"p{k}"} | each for k, each in enumerate(packages)]
    return pl.DataFrame(rows, schema=schema())


def score(package: dict[str, Any]) -> dict[str, Any]:
    """Score one package alone."""
    return score_packages(frame(package), DAY).row(0, named=True)


@MANY
@given(PACKAGE)
def test_every_package_gets_a_value_or_a_reason(package: dict[str, Any]) -> None:
    scores = score(package)
    assert scores["health"] is None or 0 <= scores["health"] <= 100.001
    assert 0 <= scores["health_confidence"] <= 1
    for label in LABELS:
        rule = label.rules[scores[label.rule_column] - 1]
        assert scores[label.name] == rule.value
        assert rule.because


@MANY
@given(PACKAGE, COUNT, COUNT)
def test_more_stars_never_lower_health(package: dict[str, Any], one: int, other: int) -> None:
    fewer, more = (score(package | {"stars": n})["health"] for n in sorted((one, other)))
    assert fewer is None or more >= fewer


@MANY
@given(
    PACKAGE,
    st.sampled_from(["downloads_last_month", "contributors", "commits_last_90_days", "dependents"]),
    COUNT,
    COUNT,
)
def test_more_of_a_good_thing_never_lowers_health(
    package: dict[str, Any], name: str, one: int, other: int
) -> None:
    fewer, more = (score(package | {name: n})["health"] for n in sorted((one, other)))
    assert fewer is None or more >= fewer - 1e-4


@MANY
@given(PACKAGE, st.sampled_from([part.name for part in PARTS]))
def test_an_unknown_part_is_left_out_and_never_zero(package: dict[str, Any], name: str) -> None:
    part = next(part for part in PARTS if part.name == name)
    read = {"days_since_release": ["released"], "days_since_commit": ["last_commit", "last_push"]}
    inputs = [name for fact in part.curve.facts for name in read.get(fact, [fact])]
    inputs = ["release_count"] if name == "release_cadence" else inputs
    known, unknown = score(package), score(package | dict.fromkeys(inputs))
    assume(known["health_before"] is not None and unknown["health_before"] is not None)
    assert unknown[points_column(part)] is None
    assert unknown["health_confidence"] <= known["health_confidence"]
    if known[points_column(part)] is not None:
        weight = sum(p.weight for p in PARTS) * known["health_confidence"]
        others = known["health_before"] - known[points_column(part)]
        assert unknown["health_before"] == pytest.approx(
            others * weight / (weight - part.weight), abs=1e-2
        )


@MANY
@given(st.lists(PACKAGE, min_size=1, max_size=12), st.randoms())
def test_the_order_of_rows_never_matters(packages: list[dict[str, Any]], random: Any) -> None:
    inputs = frame(*packages)
    order = list(range(len(packages)))
    random.shuffle(order)
    shuffled = score_packages(inputs[order], DAY).sort("package_id")
    assert_frame_equal(shuffled, score_packages(inputs, DAY), check_exact=False)


@MANY
@given(st.lists(PACKAGE, min_size=2, max_size=12))
def test_a_package_scores_the_same_alone_and_among_many(packages: list[dict[str, Any]]) -> None:
    inputs = frame(*packages)
    market = observe_market(inputs)
    together = score_packages(inputs, DAY, market)
    alone = pl.concat(score_packages(inputs[[k]], DAY, market) for k in range(len(packages)))
    assert_frame_equal(together.select(ROW_LOCAL), alone.select(ROW_LOCAL))


@MANY
@given(st.lists(PACKAGE, min_size=2, max_size=12), st.integers(1, 11))
def test_judging_in_parts_changes_nothing(packages: list[dict[str, Any]], size: int) -> None:
    inputs = frame(*packages)
    market = observe_market(inputs)
    parts = [judge(part, DAY, market) for part in inputs.iter_slices(size)]
    placed = place(pl.concat(parts))
    again = pl.concat([placed.rows(0, 3), placed.rows(3, len(inputs))])
    assert_frame_equal(again, score_packages(inputs, DAY, market))


@MANY
@given(PACKAGE)
def test_the_explanation_adds_up_to_the_score(package: dict[str, Any]) -> None:
    scores = score(package)
    told = explain(DEFINITIONS, scores["record"])
    health = told["health"]
    points = [part["points"] for part in health["parts"] if part["points"] is not None]
    if scores["health"] is None:
        assert health["score"] is None
    else:
        assert health["score"] == pytest.approx(scores["health"], abs=0.06)
        assert health["before"] == pytest.approx(sum(points), abs=0.1)
    for label in told["labels"]:
        assert label["value"] == scores[label["name"]]
    for measure in told["measures"]:
        given_value = scores[measure["name"]]
        assert (measure["value"] is None) == (given_value is None)
        assert (measure["value"] or 0.0) == pytest.approx(given_value or 0.0, rel=1e-3, abs=0.01)


@MANY
@given(st.lists(PACKAGE, min_size=1, max_size=6))
def test_flagged_packages_stand_in_no_list(packages: list[dict[str, Any]]) -> None:
    flagged = [each | {"security_status": "malicious"} for each in packages]
    scores = score_packages(frame(*flagged), DAY)
    ranks = scores.select(pl.col("^.*_rank$").count())
    assert sum(ranks.row(0)) == 0
    assert set(scores["category"]) == {"none"}
    assert set(scores["health"].drop_nulls()) <= {0.0}
