"""Which names are close to a popular one, what is said of them, and when nothing is."""

import random
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from events import Finding, FindingKind, SecurityTask, Severity
from security_scan.lookalike.bench import Bench
from security_scan.lookalike.candidates import candidates
from security_scan.lookalike.edits import Edit, change
from security_scan.lookalike.features import features
from security_scan.lookalike.judge import Judge
from security_scan.lookalike.model import Model, fitted
from security_scan.lookalike.targets import Targets

POPULAR = [
    *("requests", "numpy", "urllib3", "cryptography", "setuptools", "python-dateutil", "click"),
    *("beautifulsoup4", "opencv-python", "prompt-toolkit", "flask", "django", "selenium"),
    "flask-cors",
    *(f"azure-mgmt-{word}" for word in ("core", "cache", "compute", "storage", "network", "web")),
]
TARGETS = Targets(POPULAR)
EAGER_MODEL = Model(intercept=1.0, weights={}, threshold=0.5)
EAGER = Judge(POPULAR, model=EAGER_MODEL)
"""Tells every likeness, so that only the rules decide."""


def page(name: str) -> str:
    return f"https://pypi.example/project/{name}/"


@pytest.mark.parametrize(
    ("name", "target", "edit"),
    [
        ("reqeusts", "requests", Edit.SWAP),
        ("requestss", "requests", Edit.DOUBLED),
        ("rrequests", "requests", Edit.DOUBLED),
        ("requets", "requests", Edit.OMITTED),
        ("equests", "requests", Edit.FIRST_OMITTED),
        ("request", "requests", Edit.FINAL_S_OMITTED),
        ("setuptols", "setuptools", Edit.UNDOUBLED),
        ("urllib", "urllib3", Edit.DIGIT_OMITTED),
        ("requesrs", "requests", Edit.NEIGHBOUR_KEY),
        ("requezts", "requests", Edit.NEIGHBOUR_KEY),
        ("requists", "requests", Edit.VOWEL),
        ("requesks", "requests", Edit.OTHER_LETTER),
        ("r3quests", "requests", Edit.LOOK_ALIKE),
        ("nurnpy", "numpy", Edit.LOOK_ALIKE),
        ("urllib4", "urllib3", Edit.DIGIT_CHANGED),
        ("reqwuests", "requests", Edit.NEIGHBOUR_INSERTED),
        ("requkests", "requests", Edit.INSERTED),
        ("arequests", "requests", Edit.PUT_IN_FRONT),
        ("djangos", "django", Edit.PLURAL),
        ("numpyx", "numpy", Edit.APPENDED),
        ("requests2", "requests", Edit.DIGIT_INSERTED),
        ("requests20", "requests", Edit.VERSION_SUFFIX),
        ("crytpogrpahy", "cryptography", Edit.TWO_EDITS),
        ("prompttoolkit", "prompt-toolkit", Edit.SEPARATOR),
        ("dateutil-python", "python-dateutil", Edit.WORD_ORDER),
        ("python-requests", "requests", Edit.AFFIX),
        ("requests-client", "requests", Edit.AFFIX),
        ("bs4", "bs4", Edit.IMPORT_NAME),
        ("beautifulsuop", "beautifulsoup", Edit.SWAP),
        ("asyncoi", "asyncio", Edit.SWAP),
    ],
)
def test_each_rule_finds_its_kind_of_name(name: str, target: str, edit: Edit) -> None:
    found = {each.target.name: each.change.edit for each in candidates(name, TARGETS)}
    assert found[target] is edit


@pytest.mark.parametrize(
    "name", ["pandas", "requests-oauthlib", "req", "x", "flask-cors", "clik-x"]
)
def test_a_name_that_is_like_no_popular_one_is_left_alone(name: str) -> None:
    assert candidates(name, TARGETS) == []


def test_a_name_is_only_close_to_more_used_ones() -> None:
    assert candidates("requests", TARGETS) == []
    crowd = Targets(["numpy", *POPULAR[:1], "nunpy"])
    assert [each.target.name for each in candidates("nunpy", crowd)] == ["numpy"]
    assert candidates("numpy", crowd) == []
    assert candidates("bumpy", crowd, rank=1) == []


LETTERS = st.text("abcde12", min_size=1, max_size=7)


@given(LETTERS, LETTERS)
def test_one_edit_is_found_exactly_at_distance_one(name: str, target: str) -> None:
    assert (change(name, target) is not None) is (OSA.distance(name, target) == 1)


@given(st.text("abcde", min_size=4, max_size=7), st.data())
def test_every_name_one_edit_away_is_found_among_many(target: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(target) - 1))
    kind = data.draw(st.sampled_from(["drop", "add", "replace"]))
    middle = {"drop": "", "add": "z" + target[at], "replace": "z"}[kind]
    name = target[:at] + middle + target[at + 1 :]
    crowd = Targets([target, "requests", "numpy"])
    assert target in [each.target.name for each in candidates(name, crowd)] or name == target


def test_the_finding_says_what_was_seen_and_accuses_nobody() -> None:
    judge = Judge(POPULAR)
    (finding,) = judge.findings(SecurityTask(name="reqeusts"), date(2026, 6, 30), page)
    assert finding == Finding(
        kind=FindingKind.LOOKALIKE,
        source="names",
        id="requests",
        severity=Severity.UNKNOWN,
        summary=(
            "The name is close to requests: the neighbouring letters “ue” are swapped. "
            "Check that you meant it."
        ),
        url="https://pypi.example/project/requests/",
        probability=finding.probability,
        evidence=[
            "the neighbouring letters “ue” are swapped",
            "requests has rank 1 by downloads",
        ],
    )
    assert finding.probability is not None
    assert finding.probability > 0.5


def test_a_name_close_to_what_a_package_is_known_as_points_to_that_package() -> None:
    (finding,) = EAGER.findings(SecurityTask(name="beautifulsuop"), date(2026, 6, 30), page)
    assert (finding.id, finding.url) == ("beautifulsoup4", page("beautifulsoup4"))
    assert "beautifulsoup is what beautifulsoup4 is imported or known as" in finding.evidence
    (own,) = EAGER.findings(SecurityTask(name="asyncoi"), date(2026, 6, 30), page)
    assert (own.id, own.url) == ("asyncio", "")
    assert "asyncio comes with Python" in own.evidence


@pytest.mark.parametrize("edit", list(Edit))
def test_no_sentence_ever_says_malicious(edit: Edit) -> None:
    from security_scan.lookalike.evidence import WORDS

    said = WORDS[edit].lower()
    assert not {"malicious", "malware", "fake", "attack", "squat"} & set(said.split())


@pytest.mark.parametrize(
    "known",
    [
        {"rank": 15_000},
        {"first_release": date(2024, 6, 29)},
        {"owners": ["someone", "PSF"]},
        {"repository": "psf/reqeusts"},
    ],
)
def test_a_name_with_standing_of_its_own_is_left_alone(known: Any) -> None:
    judge = Judge(POPULAR, ["psf"], model=EAGER_MODEL)
    day = date(2026, 6, 30)
    assert judge.findings(SecurityTask(name="reqeusts"), day, page)
    assert judge.findings(SecurityTask(name="reqeusts", **known), day, page) == []
    strangers = SecurityTask(
        name="reqeusts", rank=15_001, first_release=date(2024, 7, 1), owners=["other"]
    )
    assert judge.findings(strangers, day, page)


def test_an_unknown_owner_is_nobodys_owner() -> None:
    judge = Judge(POPULAR, [""], model=EAGER_MODEL)
    assert judge.findings(SecurityTask(name="reqeusts", owners=[""]), date(2026, 6, 30), page)


def test_siblings_of_one_family_may_resemble_each_other() -> None:
    assert EAGER.close("azure-mgmt-cors") is None
    assert EAGER.close("azure-mgmt-cach") is not None


def test_without_popular_names_nothing_is_close() -> None:
    assert Bench().judge([], []).close("reqeusts") is None


def test_the_judge_is_kept_while_the_popular_names_stay_the_same() -> None:
    bench = Bench()
    first = bench.judge(list(POPULAR), ["psf"])
    assert bench.judge(list(POPULAR), ["psf"]) is first
    assert bench.judge(POPULAR[:3], ["psf"]) is not first
    assert bench.judge(POPULAR[:3], []) is not first


def test_in_a_small_data_set_the_most_used_tenth_is_what_others_are_compared_with() -> None:
    dice = random.Random(7)
    others = ["".join(dice.choices("abcdefghijklmnop", k=9)) for _ in range(1480)]
    sample = [*POPULAR, *others, "quixotic-lantern", "reqeusts"]
    judge = Bench().judge(sample, [])
    assert judge.close("reqeusts", rank=len(POPULAR) + 1481) is not None
    assert judge.close("reqeusts", rank=100) is None
    assert judge.close("quixotic-lantren") is None


def test_every_feature_has_a_weight_and_every_weight_a_feature() -> None:
    weights = set(fitted().weights)
    assert {f"edit.{edit}" for edit in Edit} | {"rank", "length", "short"} <= weights
    seen = {
        name
        for word in ("reqeusts", "azure-mgmt-cach", "python-requests")
        for each in candidates(word, TARGETS)
        for name in features(each, TARGETS)
    }
    assert {name for name in weights if not name.startswith("edit.")} == {
        name for name in seen if not name.startswith("edit.")
    }


@given(st.text(max_size=60))
def test_no_name_is_too_strange_to_be_judged(name: str) -> None:
    found = Judge(POPULAR).likeness(name)
    assert found is None or 0.0 <= found.probability <= 1.0
