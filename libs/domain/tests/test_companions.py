"""What a reader of "why it is downloaded" relies on, whatever the packages and their order."""

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.companions import Bounds, Causes, Reason, Requirements, causes_of
from domain.companions.definition import REASONS, RISE_DAYS
from evaluation.companion_world import World, made

Counts = npt.NDArray[np.float64]
SEEDS = st.integers(0, 10_000)
SMALL = 30
few = settings(max_examples=5, deadline=None)


def told(world: World, counts: Counts | None = None) -> Causes:
    return causes_of(world.counts if counts is None else counts, 0, world.requirements)


def carried(causes: Causes, row: int) -> dict[int, tuple[float, float]]:
    each = causes.carriers
    shares = zip(each.places[row], each.low[row], each.high[row], strict=True)
    return {int(place): (low, high) for place, low, high in shares if place >= 0}


@few
@given(SEEDS)
def test_the_order_of_packages_never_matters(seed: int) -> None:
    world = made(seed, SMALL)
    order = np.random.default_rng(seed).permutation(SMALL)
    back = np.argsort(order)
    edges = world.requirements
    moved = Requirements(back[edges.dependent], back[edges.required], edges.extra)
    plain, mixed = told(world), causes_of(world.counts[order], 0, moved)
    for row in range(SMALL):
        there = int(back[row])
        assert plain.reasons[row] == mixed.reasons[there]
        low = {k: low for k, (low, _) in carried(plain, row).items()}
        moved_low = {int(order[k]): low for k, (low, _) in carried(mixed, there).items()}
        assert low == pytest.approx(moved_low, abs=1e-3)
        before = dict(zip(plain.nearest.places[row], plain.nearest.likeness[row], strict=True))
        after = dict(zip(mixed.nearest.places[there], mixed.nearest.likeness[there], strict=True))
        assert {int(order[k]): v for k, v in after.items() if k >= 0} == pytest.approx(
            {int(k): v for k, v in before.items() if k >= 0}, abs=1e-4
        )


@few
@given(SEEDS)
def test_no_package_carries_itself_and_shares_fit_into_one(seed: int) -> None:
    world = made(seed, SMALL)
    causes = told(world)
    rows = np.arange(SMALL)[:, None]
    assert (causes.carriers.places != rows).all() and (causes.nearest.places != rows).all()
    assert (causes.carriers.low >= 0).all() and (causes.carriers.high <= 1).all()
    assert (causes.carriers.low <= causes.carriers.high + 1e-9).all()
    assert (causes.carriers.low.sum(axis=1) + causes.carriers.own_low <= 1 + 1e-6).all()
    assert (causes.carriers.own_low <= causes.carriers.own_high).all()


@few
@given(SEEDS, st.floats(2, 50))
def test_a_scaled_copy_moves_exactly_alike(seed: int, factor: float) -> None:
    counts = made(seed, SMALL).counts
    with_copy = np.vstack([counts, factor * counts[0]])
    nearest = causes_of(with_copy, 0, Requirements()).nearest
    copied = nearest.likeness[SMALL][nearest.places[SMALL] == 0]
    assert copied == pytest.approx(1, abs=1e-4)
    assert len(copied) == (nearest.places[0] >= 0).any()


@few
@given(SEEDS, st.integers(40, 150))
def test_a_day_that_the_source_lacks_changes_nothing(seed: int, day: int) -> None:
    counts = made(seed, SMALL).counts
    counts = np.vstack([counts, 3 * counts[0]])
    whole = causes_of(counts, 0, Requirements()).nearest
    counts[:, day] = np.nan
    gap = causes_of(counts, 0, Requirements()).nearest
    copied = whole.likeness[SMALL][whole.places[SMALL] == 0]
    assert gap.likeness[SMALL][gap.places[SMALL] == 0] == pytest.approx(copied, abs=1e-4)
    assert np.abs(gap.likeness[:, 0] - whole.likeness[:, 0]).mean() < 0.05


def test_a_day_counted_twice_makes_nobody_alike() -> None:
    world = made(3, SMALL)
    broken = world.counts.copy()
    broken[:, 90] *= 2
    before, after = told(world), told(world, broken)
    assert np.abs(after.nearest.likeness[:, 0] - before.nearest.likeness[:, 0]).mean() < 0.05


def test_ranges_hold_the_truth_in_nine_of_ten_cases() -> None:
    held: dict[str, list[bool]] = {"carried": [], "own": []}
    widths = []
    for seed in range(3):
        world = made(seed)
        causes = told(world)
        for row in range(len(world.counts)):
            for carrier, (low, high) in carried(causes, row).items():
                held["carried"].append(low - 1e-9 <= world.share(carrier, row) <= high + 1e-9)
                widths.append(high - low)
            own = causes.carriers.own_low[row], causes.carriers.own_high[row]
            held["own"].append(own[0] - 1e-9 <= world.own(row) <= own[1] + 1e-9)
    assert np.mean(held["carried"]) >= 0.9 and np.mean(held["own"]) >= 0.9
    assert np.mean(widths) < 0.35


def test_the_highest_package_is_named_that_explains_all() -> None:
    rng = np.random.default_rng(1)
    tool = 5_000 * np.exp(0.1 * rng.normal(size=180))
    other = 900 * np.exp(0.1 * rng.normal(size=(6, 180)))
    counts = np.vstack([rng.poisson(tool), rng.poisson(tool), rng.poisson(tool), other])
    chain = Requirements.within({"tool": 0, "part": 1, "bolt": 2}, CHAIN)
    causes = causes_of(counts, 0, chain)
    assert causes.carriers.places[2, 0] == 0 and causes.carriers.via[2, 0] == 1
    assert causes.carriers.places[0, 0] == -1


CHAIN = [("tool", "part", False), ("part", "bolt", False), ("bolt", "bolt", False)]


@pytest.mark.parametrize("reason", ["short", "small"])
def test_it_is_silent_where_nothing_can_be_told(reason: str) -> None:
    counts = made(5, SMALL).counts
    counts[0] = 2 if reason == "small" else counts[0]
    counts[0, : 150 if reason == "short" else 0] = 0
    causes = causes_of(counts, 0, Requirements())
    assert causes.reasons[0] == reason and reason in REASONS
    assert causes.nearest.places[0, 0] == -1 and not (causes.nearest.places == 0).any()


def test_a_series_that_the_source_broke_is_told_as_such() -> None:
    counts = made(5, SMALL).counts
    counts[0, ::2] = np.nan
    assert causes_of(counts, 0, Requirements()).reasons[0] == Reason.BROKEN


def test_an_operator_may_ask_for_more_downloads() -> None:
    causes = causes_of(made(5, SMALL).counts, 0, Requirements(), Bounds(downloads=1e9))
    assert set(causes.reasons) == {Reason.SMALL}


def test_a_wave_is_led_by_what_requires_the_others() -> None:
    world = made(7, SMALL)
    rise = np.ones(180)
    rise[-RISE_DAYS:] = 3
    together = rise * 4_000 * np.exp(0.1 * np.random.default_rng(2).normal(size=180))
    counts = np.vstack([world.counts, together, 1.2 * together, 0.5 * together])
    edges = Requirements(np.array([SMALL + 2]), np.array([SMALL]), np.array([False]))
    waves = causes_of(counts, 0, edges).waves
    assert set(waves[SMALL:]) == {SMALL + 2}
    assert set(causes_of(counts, 0, Requirements()).waves[SMALL:]) == {SMALL + 1}
