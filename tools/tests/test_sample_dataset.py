"""A sample data set must be the same for everyone, add up, and tell every story it promises."""

import gzip
import hashlib
import json
import zipfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.utils import canonicalize_name
from packaging.version import Version

from sample_data.breakdowns import apportion
from sample_data.from_daily import from_daily
from sample_data.generate import generate, last_days
from sample_data.series import MISSING_DAYS_AGO, SPIKE_DAYS_AGO
from sample_data.stories import SPIKED_NAME, STORIES

LAST_DAY = date(2026, 11, 22)
DAYS = last_days(LAST_DAY, 200)
DIMENSIONS = ("python", "system", "installer", "country", "version", "file_type")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("sample")
    generate(made, 400, DAYS, seed=1)
    return made


@pytest.fixture(scope="module")
def documents(folder: Path) -> dict[str, dict[str, Any]]:
    with gzip.open(folder / "pypi.jsonl.gz", "rt") as lines:
        return {line["name"]: line for line in map(json.loads, lines)}


@pytest.fixture(scope="module")
def repositories(folder: Path) -> dict[str, dict[str, Any]]:
    with gzip.open(folder / "github.jsonl.gz", "rt") as lines:
        return {line["full_name"]: line for line in map(json.loads, lines)}


def digests(folder: Path) -> dict[str, str]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
    }


def test_the_same_seed_gives_the_same_bytes_and_another_seed_does_not(
    folder: Path, tmp_path: Path
) -> None:
    generate(tmp_path / "again", 400, DAYS, seed=1)
    generate(tmp_path / "other", 400, DAYS, seed=2)
    assert digests(tmp_path / "again") == digests(folder)
    assert (
        digests(tmp_path / "other")["downloads_daily.parquet"]
        != (digests(folder)["downloads_daily.parquet"])
    )


@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_labels_of_a_day_sum_to_the_downloads_of_the_day(folder: Path, dimension: str) -> None:
    daily = pl.read_parquet(folder / "downloads_daily.parquet")
    labels = pl.read_parquet(folder / f"downloads_by_{dimension}.parquet")
    if dimension == "installer":
        complete = (
            labels.filter(pl.col("label") != "bandersnatch").select("project", "day").unique()
        )
        labels = labels.join(complete, on=["project", "day"], how="semi")
    sums = labels.group_by("project", "day").agg(pl.col("downloads").sum().alias("summed"))
    both = sums.join(daily, on=["project", "day"], how="left")
    assert both.height > 100 * 100
    assert both.filter(pl.col("summed") != pl.col("downloads")).is_empty()
    assert not labels.select("project", "day", "label").is_duplicated().any()


def test_mirrors_of_every_package_can_be_taken_off_on_every_day(folder: Path) -> None:
    daily = pl.read_parquet(folder / "downloads_daily.parquet")
    installers = pl.read_parquet(folder / "downloads_by_installer.parquet")
    mirrors = installers.filter(pl.col("label") == "bandersnatch")
    both = mirrors.join(daily, on=["project", "day"], how="left", suffix="_all")
    assert mirrors["project"].n_unique() == 400
    assert mirrors["day"].n_unique() == daily["day"].n_unique()
    assert both.filter(pl.col("downloads") > pl.col("downloads_all")).is_empty()


def test_the_lost_days_are_lost_for_everyone_and_no_other_is(folder: Path) -> None:
    seen = set(pl.read_parquet(folder / "downloads_daily.parquet")["day"].unique())
    lost = {LAST_DAY - timedelta(days=ago) for ago in MISSING_DAYS_AGO}
    assert set(DAYS) - seen == lost


def test_the_spike_is_one_installers_alone(folder: Path) -> None:
    installers = pl.read_parquet(folder / "downloads_by_installer.parquet")
    own = installers.filter(pl.col("project") == SPIKED_NAME)
    spiked = [LAST_DAY - timedelta(days=ago) for ago in SPIKE_DAYS_AGO]
    calm = [day - timedelta(days=7) for day in spiked]

    def growth(label: str) -> float:
        by_label = own.filter(pl.col("label") == label)
        then = by_label.filter(pl.col("day").is_in(spiked))["downloads"].sum()
        before = by_label.filter(pl.col("day").is_in(calm))["downloads"].sum()
        return float(then / before)

    assert growth("requests") > 100
    assert 0.5 < growth("pip") < 2


def test_a_weekend_is_quieter_than_the_week(folder: Path) -> None:
    daily = pl.read_parquet(folder / "downloads_daily.parquet")
    by_day = daily.group_by("day").agg(pl.col("downloads").sum()).sort("day")
    week = by_day.with_columns(pl.col("day").dt.weekday().alias("weekday"))
    mean = {
        row["weekday"]: row["downloads"]
        for row in week.group_by("weekday").agg(pl.col("downloads").mean()).to_dicts()
    }
    assert max(mean[6], mean[7]) < 0.9 * min(mean[day] for day in range(1, 5))


def test_releases_descend_to_the_first_and_end_at_the_latest(
    documents: dict[str, dict[str, Any]],
) -> None:
    for line in documents.values():
        document = line["json"]
        versions = [Version(version) for version in document["releases"]]
        uploads = [files[0]["upload_time"] for files in document["releases"].values()]
        assert versions == sorted(versions), line["name"]
        assert len(set(versions)) == len(versions)
        assert uploads == sorted(uploads), line["name"]
        assert document["info"]["version"] == str(versions[-1])
        assert document["urls"] == list(document["releases"].values())[-1]


def test_names_are_canonical_and_documents_carry_the_stored_spelling(
    documents: dict[str, dict[str, Any]],
) -> None:
    for name, line in documents.items():
        assert canonicalize_name(name) == name
        assert canonicalize_name(line["json"]["info"]["name"]) == name
    assert documents["zephyr-tools-kit"]["json"]["info"]["name"] == "Zephyr_Tools.Kit"


def test_a_package_that_is_gone_is_still_downloaded(
    folder: Path, documents: dict[str, dict[str, Any]]
) -> None:
    daily = pl.read_parquet(folder / "downloads_daily.parquet")
    assert "driftwood-s3" not in documents
    assert not daily.filter(pl.col("project") == "driftwood-s3").is_empty()


def test_project_statuses_are_told_where_pypi_tells_them(
    documents: dict[str, dict[str, Any]],
) -> None:
    told = {
        name: line["simple"]["project-status"]["status"]
        for name, line in documents.items()
        if "simple" in line
    }
    assert told == {
        "parchment-forms": "archived",
        "ironquill": "deprecated",
        "reqeusts": "quarantined",
    }
    assert documents["reqeusts"]["simple"]["files"] == []


def test_repositories_answer_in_every_way_that_matters(
    repositories: dict[str, dict[str, Any]],
) -> None:
    assert {line["status"] for line in repositories.values()} == {200, 301, 404, 451}
    moved = repositories["copperworks/copperleaf"]
    assert repositories[moved["moved_to"]]["repo"]["full_name"] == moved["moved_to"]
    assert repositories["blankslate-lab/starter"]["repo"]["size"] == 0
    assert repositories["oakbridge/oakbridge-orm"]["repo"]["archived"]


def test_four_packages_share_one_repository(documents: dict[str, dict[str, Any]]) -> None:
    sharing = [
        name
        for name, line in documents.items()
        if "fellmere-platform/fellmere-python" in json.dumps(line["json"]["info"])
    ]
    assert len(sharing) == 4


def test_the_archive_and_its_list_name_the_same_records_newest_first(folder: Path) -> None:
    listed = [
        line.split(",") for line in (folder / "osv/PyPI/modified_id.csv").read_text().splitlines()
    ]
    with zipfile.ZipFile(folder / "osv/PyPI/all.zip") as archive:
        records = {json.loads(archive.read(name))["id"] for name in archive.namelist()}
    assert records == {own for _, own in listed}
    assert [modified for modified, _ in listed] == sorted((m for m, _ in listed), reverse=True)
    assert {own.split("-")[0] for own in records} == {"GHSA", "PYSEC", "MAL"}


def test_every_story_is_in_the_catalogue(folder: Path) -> None:
    names = set(pl.read_parquet(folder / "downloads_daily.parquet")["project"].unique())
    assert {story.name for story in STORIES} <= names


def test_a_real_file_of_counts_becomes_a_folder_that_holds_just_that(tmp_path: Path) -> None:
    counts = pl.DataFrame(
        {
            "project": ["b", "a", "a"],
            "day": [date(2026, 1, 2), date(2026, 1, 2), date(2026, 1, 1)],
            "downloads": [5, 7, 6],
        }
    )
    counts.write_parquet(tmp_path / "daily.parquet")
    card = from_daily(tmp_path / "daily.parquet", tmp_path / "out")
    assert (card.sample, card.packages) == (False, 2)
    assert (card.first_day, card.last_day) == (date(2026, 1, 1), date(2026, 1, 2))
    kept = pl.read_parquet(tmp_path / "out/downloads_daily.parquet")
    assert kept.rows() == sorted(counts.rows())
    present = {path.name for path in (tmp_path / "out").iterdir()}
    assert present == {"dataset.json", "downloads_daily.parquet", "pypi.jsonl.gz"}


@given(
    total=st.integers(min_value=0, max_value=10**9),
    weights=st.lists(st.floats(min_value=1e-6, max_value=1e6), min_size=1, max_size=12),
)
def test_parts_sum_to_the_whole_and_none_is_negative(total: int, weights: list[float]) -> None:
    parts = apportion(np.array([total]), np.array([weights]))
    assert parts.sum() == total
    assert (parts >= 0).all()
