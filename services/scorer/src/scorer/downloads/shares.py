"""How much of a package's newest days its largest installer, country and version make."""

from dataclasses import dataclass, field
from datetime import date

from domain.packed_months import Matrix
from events import Dimension
from scorer import queries
from scorer.runs.inbox import Connection

SHARED = (Dimension.COUNTRY, Dimension.INSTALLER, Dimension.VERSION)
"""Dimensions in which one label alone behind a jump speaks for automation."""

SHARE_DAYS = 30
"""Newest days the share is taken of."""


@dataclass
class Shares:
    """Largest label and sum of each package, over messages that are merged together.

    A package whose labels fill several messages has them one after another, so nearly always here
    together.
    """

    last: date = date.min
    found: dict[tuple[Dimension, int], tuple[int, int]] = field(default_factory=dict)

    def add(self, dimension: Dimension, packages: list[int], days: Matrix, last: date) -> None:
        """Count one row of days for each package named; `last` is the newest day."""
        self.last = last
        for package_id, total in zip(packages, days[:, -SHARE_DAYS:].sum(axis=1), strict=True):
            largest, whole = self.found.get((dimension, package_id), (0, 0))
            self.found[dimension, package_id] = max(largest, int(total)), whole + int(total)

    async def store(self, connection: Connection) -> None:
        """Write the shares of the packages that have downloads."""
        for dimension in SHARED:
            shares = {
                package_id: largest / whole
                for (of, package_id), (largest, whole) in self.found.items()
                if of == dimension and whole
            }
            await queries.downloads.store_shares(
                connection,
                ids=list(shares),
                shares=list(shares.values()),
                dimension=dimension,
                collected=self.last,
            )
