"""Who requires whom, as rows of the compared packages."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from domain.companions.series import Flags, Places, Reals


def _none() -> Places:
    return np.empty(0, dtype=np.int64)


@dataclass(frozen=True)
class Requirements:
    """Edges between rows: `dependent[k]` requires `required[k]`, with an extra alone or always."""

    dependent: Places = field(default_factory=_none)
    required: Places = field(default_factory=_none)
    extra: Flags = field(default_factory=lambda: np.empty(0, dtype=np.bool_))
    outside: npt.NDArray[np.float64] | None = None
    """Downloads a day, by row, of dependents that are not compared; none where all are."""

    @staticmethod
    def of(names: Sequence[str], edges: Iterable[tuple[str, str, bool]]) -> "Requirements":
        """Return the edges (package, requires, extra) of which both ends are among the names."""
        row = {name: place for place, name in enumerate(names)}
        return Requirements.within(row, edges)

    @staticmethod
    def within(row: Mapping[str, int], edges: Iterable[tuple[str, str, bool]]) -> "Requirements":
        """Return the edges between known rows, no package requiring itself, each edge once."""
        kept: dict[tuple[int, int], bool] = {}
        for package, requires, extra in edges:
            if package in row and requires in row and package != requires:
                edge = row[package], row[requires]
                kept[edge] = kept.get(edge, True) and extra
        pairs = np.array(list(kept), dtype=np.int64).reshape(-1, 2)
        return Requirements(pairs[:, 0], pairs[:, 1], np.array(list(kept.values()), dtype=np.bool_))

    def bounds(self, level: Reals) -> npt.NDArray[np.float64]:
        """Return for each edge the share of the required one's downloads it can bring at most."""
        wanted = np.maximum(level[self.required].astype(np.float64), 1e-9)
        return level[self.dependent] / wanted

    def brought(self, level: Reals) -> npt.NDArray[np.float64]:
        """Return for each row the downloads a day of all its dependents together."""
        weights = level[self.dependent].astype(np.float64)
        inside = np.bincount(self.required, weights, len(level)).astype(np.float64)
        return inside if self.outside is None else inside + self.outside

    def holds(self, one: Places, other: Places, count: int) -> Flags:
        """Return whether `one` requires `other`, pair by pair, among so many rows."""
        known = np.sort(self.dependent * count + self.required)
        asked = one * count + other
        at = np.minimum(np.searchsorted(known, asked), max(len(known) - 1, 0))
        held: Flags = known[at] == asked if len(known) else np.zeros(asked.shape, dtype=np.bool_)
        return held
