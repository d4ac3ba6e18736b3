"""Names for bench_api.py's packages, the most used first.

`real` are PyPI's own, from the data beside the checkout where it is; `made` come from a
stock of a hundred words, so that their trigrams are far more common than real ones.
"""

import csv
import gzip
import random
from dataclasses import dataclass
from pathlib import Path

DATA = Path(__file__).parents[2] / "shared" / "data" / "names"
SEED = 5


@dataclass(frozen=True)
class Names:
    """Which names a world has; none given means that the world makes them itself."""

    kind: str
    given: list[str]

    def write(self, file: Path) -> None:
        """Write them with their places, as PostgreSQL's copy reads them."""
        rows = (f"{place}\t{name}\n" for place, name in enumerate(self.given, start=1))
        file.write_text("".join(rows))


MADE = Names("made names", [])


def real(packages: int) -> Names | None:
    """Return so many of PyPI's names: those with a rank by it, then others by chance."""
    if not DATA.is_dir():
        return None
    with (DATA / "top_15000.tsv").open() as table:
        ranked = [row["name"] for row in csv.DictReader(table, delimiter="\t")]
    with gzip.open(DATA / "all_names.txt.gz", "rt") as lines:
        others = sorted(set(lines.read().split()) - set(ranked))
    random.Random(SEED).shuffle(others)
    return Names("PyPI's names", [*ranked, *others][:packages])
