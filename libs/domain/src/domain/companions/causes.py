"""All of it for a set of packages: the one function that service and evaluation call."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from domain.companions.carriers import Carriers, carriers_of
from domain.companions.definition import STANDARD, Bounds
from domain.companions.nearest import Nearest, companions
from domain.companions.requirements import Requirements
from domain.companions.series import Places, Reason, Series
from domain.companions.waves import rising, waves_of


@dataclass(frozen=True)
class Causes:
    """What is told of each package, row for row."""

    level: npt.NDArray[np.float32]
    """Downloads a day."""
    reasons: list[Reason]
    nearest: Nearest
    carriers: Carriers
    waves: Places
    """The row that leads a package's wave, -1 for those in none."""


def causes_of(
    counts: npt.NDArray[np.floating],
    weekday: int,
    requirements: Requirements,
    bounds: Bounds = STANDARD,
) -> Causes:
    """Return what moves like each package, what carries it, and the wave it is in.

    `counts`: packages x days, oldest first, NaN where a day is not known; `weekday` that of the
    first day, Monday 0. Without any requirement nothing is said of carriers nor of an own part.
    """
    series = Series.of(counts, weekday, bounds)
    return Causes(
        series.level,
        series.reasons,
        companions(series),
        carriers_of(series, requirements),
        waves_of(series, rising(np.asarray(counts, dtype=np.float32)), requirements),
    )
