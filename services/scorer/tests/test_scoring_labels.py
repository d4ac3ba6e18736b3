"""Labels and lists: what readers are told about well-known kinds of packages."""

from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest

from scorer.scoring import Market, score_packages
from scorer.scoring.labels import MAINTENANCE
from scorer.scoring.rulebook import LABELS

DAY = date(2026, 6, 30)
FLAT = Market((0.0,) * 6, 1.0, 100)


def ago(days: int) -> date:
    """Return the day so many days ago."""
    return DAY - timedelta(days=days)


def scored(*packages: dict[str, Any]) -> pl.DataFrame:
    """Score packages in one go."""
    rows = [{"package_id": k, "name": f"p{k}", **facts} for k, facts in enumerate(packages)]
    return score_packages(pl.DataFrame(rows, infer_schema_length=None), DAY, FLAT)


def one(**facts: Any) -> dict[str, Any]:
    """Score one package."""
    return scored(facts).row(0, named=True)


@pytest.mark.parametrize(
    ("facts", "label"),
    [
        ({"last_commit": ago(3), "released": ago(900)}, "active"),
        ({"last_commit": ago(170)}, "stable"),
        ({"released": ago(300)}, "minimal"),
        ({"last_commit": ago(400), "downloads_last_month": 2_000_000}, "at_risk"),
        ({"last_commit": ago(400), "downloads_last_month": 50}, "quiet"),
        ({"last_commit": ago(400)}, "quiet"),
        ({"last_commit": ago(1), "archived": True}, "archived"),
        ({"last_commit": ago(1), "project_status": "deprecated"}, "archived"),
        # Whose the push was is not known; nothing pushed for a year tells enough.
        ({"last_push": ago(3), "released": ago(900)}, "unknown"),
        ({"last_push": ago(3), "released": ago(20)}, "active"),
        ({"last_push": ago(3), "released": ago(900), "commits_last_year": 0}, "quiet"),
        ({"last_push": ago(3), "last_commit": ago(500), "commits_last_year": 0}, "quiet"),
        ({"last_push": ago(400), "released": ago(900)}, "quiet"),
        ({"development_status": 7, "released": ago(10)}, "archived"),
        ({"downloads_last_month": 5_000_000}, "unknown"),
    ],
)
def test_maintenance_names_every_case(facts: dict[str, Any], label: str) -> None:
    assert one(**facts)["maintenance"] == label


FINISHED = {
    "released": ago(900),
    "last_commit": ago(700),
    "downloads_last_month": 20_000_000,
    "dependents": 5_000,
    "open_issues": 4,
    "closed_issues": 200,
    "contributors": 3,
}


def test_a_finished_package_is_not_called_dead() -> None:
    finished = one(**FINISHED)
    assert finished["maintenance"] == "quiet"
    assert finished["health"] >= 55
    assert not finished["may_need_maintainers"]
    neglected = one(**FINISHED | {"open_issues": 300})
    assert neglected["maintenance"] == "at_risk"
    assert neglected["health"] < 55
    assert neglected["may_need_maintainers"]


def test_a_package_whose_tracker_is_switched_off_is_not_called_finished() -> None:
    """Its counts of issues are unknown: neither hardly an open issue, nor many."""
    known_of = FINISHED | {"repository_id": 1, "stars": 2_000}
    silent = one(**known_of | {"open_issues": None, "closed_issues": None})
    assert silent["maintenance"] == "at_risk"
    assert silent["may_need_maintainers"]
    assert silent["health"] < 55 <= one(**known_of)["health"]
    assert silent["issue_burden"] is None


def test_a_package_given_up_is_not_called_finished() -> None:
    assert one(**FINISHED, archived=True)["health"] <= 35
    assert one(**FINISHED, project_status="deprecated")["maintenance"] == "archived"


HEALTHY = {"released": ago(5), "last_commit": ago(1), "downloads_last_month": 10_000_000}


def test_open_flaws_lower_health_and_fixed_ones_do_not() -> None:
    def health(status: str, severity: str | None = None) -> float:
        return float(one(**HEALTHY, security_status=status, worst_severity=severity)["health"])

    assert health("clean") == pytest.approx(100)
    assert health("unknown") == pytest.approx(100)
    assert health("vulnerable", "critical") == pytest.approx(70)
    assert health("vulnerable", "medium") == pytest.approx(85)
    assert health("vulnerable", None) == pytest.approx(85)
    assert health("vulnerable", "low") == pytest.approx(95)
    assert health("malicious") == 0


def test_a_repository_that_is_hardly_its_own_is_not_held_against_it() -> None:
    foreign = one(**HEALTHY, repository_confidence=0.3, archived=True, stars=3)
    assert foreign["maintenance"] == "active"
    assert foreign["health"] == pytest.approx(100)


@pytest.mark.parametrize(
    ("facts", "label"),
    [
        ({"contributors": 12, "downloads_last_month": 10}, "healthy"),
        ({"contributors": 4, "downloads_last_month": 200_000}, "moderate"),
        ({"contributors": 40, "half_of_commits_by": 1, "downloads_last_month": 10**6}, "moderate"),
        ({"contributors": 2, "downloads_last_month": 200_000}, "concerning"),
        ({"contributors": 1, "downloads_last_month": 2_000_000}, "critical"),
        ({"contributors": 1, "downloads_last_month": 90}, "small"),
        ({"contributors": 1}, "unknown"),
        ({"downloads_last_month": 2_000_000}, "unknown"),
    ],
)
def test_contributor_risk_weighs_people_against_use(facts: dict[str, Any], label: str) -> None:
    assert one(**facts)["contributor_risk"] == label


@pytest.mark.parametrize(
    ("minimum", "requires", "label"),
    [
        ("2.7", ">=2.7", "legacy"),
        ("3.8", ">=3.8", "broad"),
        ("3.10", ">=3.10", "current"),
        ("3.12", ">=3.12", "recent_only"),
        (None, "<4", "unknown"),
        (None, None, "unknown"),
    ],
)
def test_python_support_is_held_against_the_living_versions(
    minimum: str | None, requires: str | None, label: str
) -> None:
    facts = {"minimum_python": minimum, "requires_python": requires}
    assert one(**facts)["python_support"] == label


@pytest.mark.parametrize(
    ("facts", "label"),
    [
        ({"first_release": ago(20), "releases_last_year": 30}, "new"),
        ({"first_release": ago(2000), "releases_last_year": 24}, "rapid"),
        ({"first_release": ago(2000), "releases_last_year": 5}, "regular"),
        ({"first_release": ago(2000), "releases_last_year": 1}, "occasional"),
        ({"release_count": 1, "released": ago(2000), "releases_last_year": 0}, "single"),
        ({"release_count": 9, "releases_last_year": 0}, "dormant"),
        ({}, "unknown"),
    ],
)
def test_cadence_names_how_often_it_was_released(facts: dict[str, Any], label: str) -> None:
    assert one(**facts)["cadence"] == label


@pytest.mark.parametrize(
    ("facts", "label"),
    [
        ({"commits_since_release": 0, "repository_id": 1}, "none"),
        ({"commits_since_release": 7, "released": ago(30), "repository_id": 1}, "some"),
        ({"commits_since_release": 90, "released": ago(200)}, "stale_release"),
        ({"repository_id": 1}, "unknown"),
        ({}, "unknown"),
    ],
)
def test_unreleased_work_is_told(facts: dict[str, Any], label: str) -> None:
    assert one(**facts)["stale_release"] == label


def test_measures_say_why_they_are_missing() -> None:
    known = one(repository_id=1, stars=2_000, open_issues=50, forks=200, contributors=21)
    assert known["issue_burden"] == pytest.approx(25)
    assert known["fork_conversion"] == pytest.approx(10)
    few = one(repository_id=1, stars=3, open_issues=50)
    assert few["issue_burden"] is None
    assert few["issue_burden_rule"] == 2
    assert one()["issue_burden_rule"] == 1


STORIES: dict[str, dict[str, Any]] = {
    "industry_standard": HEALTHY | {"stars": 50_000, "downloads_last_month": 10**9},
    "invisible_infrastructure": HEALTHY | {"stars": 300, "downloads_last_month": 10**9},
    "hidden_gem": HEALTHY | {"stars": 300, "downloads_last_month": 5_000_000},
    "community_favorite": HEALTHY | {"stars": 60_000, "downloads_last_month": 50_000},
    "rising_star": HEALTHY
    | {
        "stars": 800,
        "downloads_last_month": 200_000,
        "weeks": [round(10_000 * 1.05**k) for k in range(28)],
    },
}


@pytest.mark.parametrize("category", STORIES)
def test_category_and_list_of_a_story_agree(category: str) -> None:
    story = one(repository_id=1, **STORIES[category])
    assert story["category"] == category
    assert story[category] is True
    assert story[f"{category}_rank"] == 1


def test_a_flagged_package_keeps_no_category_and_no_place() -> None:
    flagged = one(**STORIES["hidden_gem"], security_status="lookalike")
    assert flagged["category"] == "none"
    assert flagged["hidden_gem"] is False


def test_a_family_has_one_place_in_a_list() -> None:
    gem = STORIES["hidden_gem"]
    scores = scored(
        gem | {"repository_id": 7, "downloads_last_month": 2_000_000},
        gem | {"repository_id": 7, "downloads_last_month": 4_000_000},
        gem | {"repository_id": 8, "downloads_last_month": 3_000_000},
    )
    assert scores["hidden_gem"].to_list() == [True, True, True]
    assert scores["hidden_gem_rank"].to_list() == [None, 1, 2]


def test_packages_without_a_repository_are_no_family() -> None:
    giant = {"downloads_last_month": 10**8, "released": ago(3)}
    scores = scored(giant, giant)
    assert scores["family"].n_unique() == 2
    assert scores["industry_standard_rank"].to_list() == [1, 2]


def test_one_maintainer_is_listed_only_where_one_person_carries_it() -> None:
    facts = {"dependents": 900, "sole_maintainer": True}
    assert one(**facts, half_of_commits_by=1)["most_depended_one_maintainer"]
    assert not one(**facts, half_of_commits_by=6)["most_depended_one_maintainer"]
    assert not one(dependents=900, half_of_commits_by=1)["most_depended_one_maintainer"]


def test_new_and_growing_needs_a_young_package() -> None:
    young = STORIES["rising_star"] | {"first_release": ago(250), "release_count": 5}
    assert one(**young)["new_and_growing"]
    assert not one(**young | {"first_release": ago(500)})["new_and_growing"]


def test_every_label_ends_with_a_rule_that_always_fires() -> None:
    nothing = one()
    for label in LABELS:
        assert nothing[label.name] in ("unknown", "none"), label.name
        assert label.rules[-1].when == ()
    assert nothing[MAINTENANCE.rule_column] == len(MAINTENANCE.rules)


@pytest.mark.parametrize(
    ("severity", "listed"), [("critical", False), ("high", False), ("medium", True), ("low", True)]
)
def test_no_list_recommends_a_package_with_a_severe_flaw(severity: str, listed: bool) -> None:
    open_flaw = {"security_status": "vulnerable", "worst_severity": severity}
    rising = one(repository_id=1, **STORIES["rising_star"] | open_flaw)
    assert rising["rising_star"] is listed
