"""A made world whose truth is known: who installs what, and what comes with it."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from domain.companions import Requirements

Doubles = npt.NDArray[np.float64]
WEEKEND = (5, 6)
FIRST_WEEKDAY = 0
EXTRAS, PARTLY = 0.1, 0.2
"""Share of requirements that an extra alone has, and of those that markers or pins leave out."""


@dataclass(frozen=True)
class World:
    """Counts as a source would bring them, and what they were made from."""

    counts: Doubles
    requirements: Requirements
    direct: Doubles
    """direct[a, x]: installs of x that one install of a brings, with nothing in between."""
    comes: Doubles
    """comes[a, x]: installs of x that one install of a brings, over all paths."""
    installs: Doubles

    def share(self, carrier: int, package: int) -> float:
        """Return the share of a package's installs of four weeks that come with a carrier."""
        newest = self.installs[:, -28:].sum(axis=1)
        return float(self.comes[carrier, package] * newest[carrier] / newest[package])

    def own(self, package: int) -> float:
        """Return the share that nothing else brings."""
        direct = self.requirements.dependent[self.requirements.required == package]
        newest = self.installs[:, -28:].sum(axis=1)
        brought = sum(self.direct[each, package] * newest[each] for each in direct)
        return float(1 - brought / newest[package])


def made(seed: int, packages: int = 120, days: int = 180) -> World:
    """Return a world with own use, requirements, partial extras, caches and counting noise."""
    rng = np.random.default_rng(seed)
    direct, extra = _requirements(rng, packages)
    comes = np.linalg.inv(np.eye(packages) - direct).astype(np.float64)
    installs = comes.T @ _own_use(rng, packages, days)
    fresh = 1 - _cached(rng, packages, days)
    counts = rng.poisson(installs * fresh).astype(np.float64)
    dependent, required = np.nonzero(direct)
    edges = Requirements(dependent, required, extra[dependent, required])
    return World(counts, edges, direct, comes, installs)


def _requirements(rng: np.random.Generator, packages: int) -> tuple[Doubles, npt.NDArray[np.bool_]]:
    """Return what one install of an earlier package brings of a later one, and which by extras."""
    direct = np.zeros((packages, packages))
    extra = np.zeros((packages, packages), dtype=np.bool_)
    for package in range(packages // 4, packages):
        dependents = rng.choice(package, size=rng.integers(1, 5), replace=False)
        for each in dependents:
            kind = rng.random()
            extra[each, package] = kind < 0.1
            direct[each, package] = (
                rng.uniform(0.05, 0.4)
                if kind < 0.1
                else rng.uniform(0.4, 0.95)
                if kind < 0.3
                else 1
            )
    return direct, extra


def _own_use(rng: np.random.Generator, packages: int, days: int) -> Doubles:
    """Return each package's own installs a day: level, week, market, a course of its own."""
    level = np.exp(rng.uniform(np.log(400), np.log(200_000), packages))
    weekday = (FIRST_WEEKDAY + np.arange(days)) % 7
    weekend = rng.uniform(0.3, 0.9, packages)[:, None] ** np.isin(weekday, WEEKEND)
    market = np.exp(np.cumsum(rng.normal(0, 0.01, days)) + rng.normal(0, 0.02, days))
    quick = rng.normal(0, 1, (packages, days)) * rng.uniform(0.04, 0.15, packages)[:, None]
    slow = np.cumsum(rng.normal(0, 0.02, (packages, days)), axis=1)
    own: Doubles = level[:, None] * weekend * market * np.exp(quick + slow)
    return own


def _cached(rng: np.random.Generator, packages: int, days: int) -> Doubles:
    """Return the share of installs that download nothing, moving a little from day to day."""
    usual = rng.uniform(0.15, 0.25, packages)[:, None]
    moves = rng.normal(0, 0.01, (packages, days))
    return np.clip(usual + moves, 0, 0.6)
