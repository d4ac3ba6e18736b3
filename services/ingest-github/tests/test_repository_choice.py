"""The repository shown beside a package must be its own, and the doubt about it told."""

import csv
import random
from pathlib import Path
from typing import Any

import pytest
from packaging.utils import canonicalize_name

from evaluation.repositories import evaluate_repository, project_of
from evaluation.repository_sharing import judged_together
from events import RepositoryChoice, RepositoryFacts
from ingest_github.repositories.choice import (
    ProjectLinks,
    choose_repository,
    confirmed,
)
from ingest_github.repositories.labels import Kind, link_kind

SURE, DOUBTFUL = 0.8, 0.6
"""A page shows a choice above without a remark, and one below as somebody else's, perhaps."""

BELIEVED = 0.5
"""From here on the scorer reads the stars of a repository as the package's."""


def chosen(name: str, home_page: str | None = None, **urls: str) -> RepositoryChoice:
    labels = {label.replace("_", " "): url for label, url in urls.items()}
    choice = choose_repository(ProjectLinks(name, labels, home_page))
    assert choice is not None
    return choice


@pytest.mark.parametrize(
    ("label", "kind"),
    [
        ("Source Code", Kind.SOURCE),
        ("GitHub Repository", Kind.SOURCE),
        ("repository", Kind.SOURCE),
        ("GitHub: issues", Kind.TRACKER),
        ("Bug Tracker", Kind.TRACKER),
        ("What's New", Kind.TRACKER),
        ("Home-Page", Kind.HOMEPAGE),
        ("Documentation", Kind.DOCUMENTATION),
        ("GitHub Sponsors", Kind.FOREIGN),
        ("Funding", Kind.FOREIGN),
        ("Upstream repository", Kind.FOREIGN),
        ("Code of Conduct", Kind.OTHER),
        ("Mastodon", Kind.OTHER),
        # PEP 753's well-known labels and their aliases, and how people join them.
        ("sourcecode", Kind.SOURCE),
        ("SourceCode", Kind.SOURCE),
        ("bugtracker", Kind.TRACKER),
        ("issue-tracker", Kind.TRACKER),
        ("release notes", Kind.TRACKER),
        ("whatsnew", Kind.TRACKER),
        ("Change Log", Kind.TRACKER),
        ("githubissues", Kind.TRACKER),
        ("download", Kind.TRACKER),
        ("docs", Kind.DOCUMENTATION),
        ("Read the Docs", Kind.DOCUMENTATION),
        ("API Documentaion", Kind.DOCUMENTATION),
        ("donation", Kind.FOREIGN),
        ("Project_URL", Kind.HOMEPAGE),
    ],
)
def test_labels_are_read_as_people_write_them(label: str, kind: Kind) -> None:
    assert link_kind(label) == kind


@pytest.mark.parametrize(
    "label",
    [
        "Report", "Resources", "Codecov", "CodeClimate", "Code Coverage", "Docker", "Docstrings",
        "Digital", "Gitter", "Curl", "Webinar", "Webhooks", "Fundamentals", "Refunds",
        "Transparent", "Newsletter", "Projection", "Homebrew", "Reporting", "Debugging",
    ],
)  # fmt: skip
def test_a_part_of_a_word_means_nothing(label: str) -> None:
    assert link_kind(label) == Kind.OTHER


def test_the_source_link_wins_over_the_tracker_of_another_project() -> None:
    choice = chosen(
        "poetry-core",
        Bug_Tracker="https://github.com/python-poetry/poetry/issues",
        Repository="https://github.com/python-poetry/poetry-core",
    )
    assert choice.full_name == "python-poetry/poetry-core"


def test_money_is_never_a_repository() -> None:
    project = ProjectLinks("x", {"Funding": "https://github.com/someone/x"})
    assert choose_repository(project) is None


def test_links_that_agree_make_it_surer() -> None:
    alone = chosen("flask", Source="https://github.com/pallets/flask")
    twice = chosen(
        "flask",
        Source="https://github.com/pallets/flask",
        Issues="https://github.com/pallets/flask/issues",
    )
    assert SURE < alone.confidence < twice.confidence


@pytest.mark.parametrize(
    ("name", "home_page"),
    [
        ("alembic", "https://github.com/docutils/docutils"),
        ("watson-machine-learning-client-v4", "https://github.com/snide/sphinx_rtd_theme"),
        ("my-first-package", "https://github.com/pypa/sampleproject"),
        ("some-tool", "https://github.com/yourusername/some-tool"),
    ],
)
def test_a_template_that_was_copied_is_not_chosen(name: str, home_page: str) -> None:
    assert choose_repository(ProjectLinks(name, {}, home_page)) is None


def test_a_link_to_a_project_of_another_name_is_doubted_and_says_so() -> None:
    choice = chosen("fancy-reports", "https://github.com/psf/requests")
    assert choice.confidence < DOUBTFUL
    assert "somebody else's" in choice.reason


@pytest.mark.parametrize(
    ("name", "home_page"),
    [
        ("django-letters", "https://github.com/django/django"),
        ("pytest-letters", "https://github.com/pytest-dev/pytest"),
        ("types-letters", "https://github.com/someone/types"),
    ],
)
def test_what_a_package_extends_is_not_its_repository(name: str, home_page: str) -> None:
    assert chosen(name, home_page).confidence < DOUBTFUL


@pytest.mark.parametrize(
    ("name", "home_page"),
    [
        ("tensorflow-gpu", "https://github.com/tensorflow/tensorflow"),
        ("opencv-python-headless", "https://github.com/opencv/opencv-python"),
        ("umap-learn", "https://github.com/lmcinnes/umap"),
        ("aws-sam-translator", "https://github.com/awslabs/serverless-application-model"),
        ("PyYAML", "https://github.com/yaml/pyyaml"),
        ("jsonpatch", "https://github.com/stefankoegl/python-json-patch"),
        ("tensorflow-probability", "https://github.com/tensorflow/probability"),
    ],
)
def test_other_spellings_and_builds_of_a_name_are_known(name: str, home_page: str) -> None:
    assert chosen(name, home_page).confidence > SURE


def test_an_owner_who_is_one_of_the_packages_people_takes_the_doubt_away() -> None:
    project = ProjectLinks(
        "kp", {}, "https://github.com/KomputeProject/kompute", people=["Kompute Project"]
    )
    choice = choose_repository(project)
    assert choice is not None
    assert choice.confidence > DOUBTFUL


def test_a_package_in_a_folder_of_a_monorepo_is_its_own_and_shared() -> None:
    choice = chosen(
        "pydantic-core",
        Homepage="https://github.com/pydantic",
        Source="https://github.com/pydantic/pydantic/tree/main/pydantic-core",
    )
    assert choice.full_name == "pydantic/pydantic"
    assert choice.confidence > SURE
    assert choice.reason.startswith("linked as Source; shared: the package is in pydantic-core")


@pytest.mark.parametrize("label", ["Changelog", "Blog", "Documentation", "Release notes", "News"])
@pytest.mark.parametrize("page", ["changelog", "blog/2026", "docs/thing.html", "api", ""])
def test_a_page_about_a_package_names_no_repository(label: str, page: str) -> None:
    """As in ecosyste-ms/packages#1228; the page of the package's own name is its repository's."""
    assert choose_repository(ProjectLinks("ann", {label: f"https://ann.github.io/{page}"})) is None
    own = chosen("thing", **{label: "https://ann.github.io/thing/docs"})
    assert own.full_name == "ann/thing"
    assert chosen("thing", "https://ann.github.io/thing").full_name == "ann/thing"


ORIGINAL = "https://github.com/libspin/spin"


@pytest.mark.parametrize("name", ["spin", "spin-py", "spin-python"])
def test_the_original_named_by_a_ports_description_is_not_believed(name: str) -> None:
    """Unless its owner is one of the package's people, or the repository links back."""
    readme = f"Python bindings for [spin]({ORIGINAL}), see {ORIGINAL}/tree/main/examples/spin."
    port = ProjectLinks(name, {"Homepage": "https://spin.example"}, description=readme)
    choice = choose_repository(port)
    assert choice is not None
    assert (choice.full_name, choice.directory) == ("libspin/spin", None)
    facts = RepositoryFacts(id=1, full_name="libspin/spin", language="C", stars=9_000)
    assert confirmed(choice, port, facts).confidence < BELIEVED
    back = RepositoryFacts(id=1, full_name="libspin/spin", homepage="https://spin.example/")
    assert confirmed(choice, port, back).confidence > BELIEVED
    theirs = choose_repository(ProjectLinks(name, {}, description=readme, people=["LibSpin"]))
    assert theirs is not None
    assert theirs.confidence > BELIEVED


def test_only_links_to_the_package_itself_tell_its_folder() -> None:
    tree = "https://github.com/ann/things/tree/main/"
    about = {"Examples": tree + "examples", "Documentation": tree + "docs"}
    source = "https://github.com/ann/things"
    assert chosen("thing-core", **about, Source=source).directory is None
    assert chosen("thing-core", **about, Source=tree + "core").directory == "core"
    assert chosen("thing-core", Docs=tree + "libs/thing-core").directory == "libs/thing-core"


def test_a_description_counts_only_without_links_and_with_the_packages_name() -> None:
    readme = "Thanks to https://github.com/psf/requests. Home: https://github.com/x/quickmail"
    choice = choose_repository(ProjectLinks("quickmail", {}, description=readme))
    assert choice is not None
    assert choice.full_name == "x/quickmail"
    assert choice.confidence < SURE
    assert choose_repository(ProjectLinks("other", {}, description=readme)) is None


def test_a_repository_that_links_back_is_surer_and_one_in_another_language_less() -> None:
    project = ProjectLinks("fancy-reports", {"Docs": "https://fancy.dev"}, None)
    choice = RepositoryChoice(full_name="a/b", confidence=0.5, reason="linked as Homepage")
    back = RepositoryFacts(id=1, full_name="a/b", homepage="https://www.fancy.dev/")
    foreign = RepositoryFacts(id=1, full_name="a/b", language="Ruby", fork=True)
    on_pypi = RepositoryFacts(
        id=1, full_name="a/b", homepage="https://pypi.org/project/Fancy.Reports"
    )
    assert confirmed(choice, project, back).confidence > SURE
    assert confirmed(choice, project, on_pypi).confidence > SURE
    assert confirmed(choice, project, foreign).confidence < 0.3


def test_a_renamed_repository_is_shown_under_its_new_name() -> None:
    choice = RepositoryChoice(full_name="kennethreitz/requests", confidence=0.9, reason="")
    facts = RepositoryFacts(id=1, full_name="psf/requests", language="Python")
    assert confirmed(choice, ProjectLinks("requests"), facts).full_name == "psf/requests"


def test_packages_of_one_house_share_it_and_a_stranger_does_not() -> None:
    def judged(**homes: str) -> dict[str, tuple[float, str]]:
        names = [name.replace("_", "-") for name in homes]
        choices = [chosen(name, home) for name, home in zip(names, homes.values(), strict=True)]
        together = judged_together(names, choices)
        return {n: (c.confidence, c.reason) for n, c in zip(names, together, strict=True) if c}

    omniauth = "https://github.com/omniauth/omniauth"
    told = judged(omniauth=omniauth, clearbit=omniauth)
    alone = judged(clearbit=omniauth)["clearbit"][0]
    assert told["omniauth"][1].endswith("shared by 2 packages")
    assert told["clearbit"][1].endswith("it bears the name of another package that links to it")
    assert told["clearbit"][0] == pytest.approx(alone / 2, abs=0.001)

    azure = "https://github.com/Azure/azure-sdk-for-python"
    house = judged(azure_core=azure, azure_storage=azure, msal_bridge=azure, uamqp_tool=azure)
    assert all(reason.endswith("shared by 4 packages") for _, reason in house.values())


@pytest.mark.realdata
def test_every_real_package_with_a_link_to_github_gets_a_repository(
    core_metadata: list[dict[str, Any]],
) -> None:
    rows = list(evaluate_repository([project_of(document) for document in core_metadata]))
    without = {row[0] for row in rows if not row[1]}
    assert without == {"docutils", "openpyxl", "pexpect", "rsa", "sortedcontainers"}
    assert all(row[2] > SURE for row in rows if row[1])


@pytest.mark.realdata
def test_curated_repositories_are_told_from_somebody_elses(shared: Path) -> None:
    """Measured on 2026-11-24: 1,820 of 1,824 right, 96.5 % of them sure and 2.0 % doubted; of
    36,458 strangers' homepages 17 are sure, by an owner who bears a word of the name."""
    with (shared / "github" / "pypi_to_github.csv").open() as table:
        rows = list(csv.DictReader(table))
    truth: dict[str, set[str]] = {}
    for row in rows:
        names = {row["github_id"].lower(), row["updated_github_id"].lower()}
        truth.setdefault(canonicalize_name(row["pypi_id"]), set()).update(names)
    right = [choose_repository(ProjectLinks(row["pypi_id"], {}, row["homepage"])) for row in rows]
    wrong = [
        choose_repository(ProjectLinks(row["pypi_id"], {}, stranger["homepage"]))
        for draw in range(20)
        for row, stranger in zip(rows, random.Random(draw).sample(rows, len(rows)), strict=True)
        if row["github_id"] != stranger["github_id"]
    ]
    correct = sum(
        choice is not None and choice.full_name.lower() in truth[canonicalize_name(row["pypi_id"])]
        for row, choice in zip(rows, right, strict=True)
    )
    assert correct / len(rows) > 0.995
    assert _share_above(right, SURE) > 0.96
    assert _share_above(wrong, SURE) < 0.002
    assert sum(bool(each and each.confidence >= SURE) for each in wrong) <= 20
    assert _share_above(right, DOUBTFUL) > 0.975
    assert _share_above(wrong, DOUBTFUL) < 0.01


def _share_above(choices: list[RepositoryChoice | None], least: float) -> float:
    return sum(bool(choice) and choice.confidence >= least for choice in choices if choice) / len(
        choices
    )
