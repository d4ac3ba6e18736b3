"""Which packages a sample data set holds, and the plain facts that everything else derives from."""

import csv
from dataclasses import dataclass
from datetime import date
from importlib.resources import files

import numpy as np
from packaging.utils import canonicalize_name

from sample_data.stories import STORIES
from sample_data.words import PURPOSES, invent_names

OLDEST_DAYS = 15 * 365
"""How long ago the oldest invented package may have begun."""

TAIL_DOWNLOADS = (20_000_000, 15)
"""Monthly downloads of the first and the last invented package."""

PYTHON_FLOORS = (">=3.8", ">=3.9", ">=3.10", ">=3.11", ">=3.7", ">=3.6", ">=2.7", None)
PYTHON_FLOOR_SHARES = (0.22, 0.28, 0.2, 0.06, 0.09, 0.07, 0.03, 0.05)

LICENSES = ("e:MIT", "c:MIT License", "t:MIT", "e:Apache-2.0", "c:Apache Software License",
            "e:BSD-3-Clause", "t:BSD", "e:MPL-2.0", "e:LGPL-3.0-or-later",
            "c:GNU General Public License v3 (GPLv3)", "e:AGPL-3.0-only", "t:Proprietary",
            "t:See LICENSE", "n:")  # fmt: skip
LICENSE_SHARES = (0.24, 0.14, 0.1, 0.12, 0.07, 0.07, 0.04, 0.03, 0.03, 0.05, 0.02, 0.03, 0.03, 0.03)


@dataclass(frozen=True, kw_only=True)
class Package:
    """One package, as the generator knows it; days are counted back from the last day."""

    name: str
    display: str
    summary: str
    monthly: float
    """Downloads by users in the last 30 days, about."""
    repository: str | None
    stars: int
    license: str
    """One letter for where it is said (e expression, c classifier, t text, f full text,
    n nowhere), a colon, and what is said."""
    version: str
    releases: int
    age_days: int
    """Days since the first release."""
    quiet_days: int
    """Days since the latest release."""
    silent_days: int
    """Days since the last commit."""
    requires_python: str | None
    purpose: str
    requires: tuple[str, ...] = ()
    classifiers: tuple[str, ...] = ()
    yearly_growth: float = 1.0
    """Downloads now by downloads a year ago."""
    weekend: float = 0.6
    """A Saturday by a Wednesday."""
    open_issues: int = 0
    archived: bool = False
    status: str = "active"
    status_reason: str | None = None
    yanked_reason: str | None = None
    gone: bool = False
    moved_from: str | None = None
    repository_status: int = 200
    empty: bool = False


def make_catalogue(count: int, last_day: date, random: np.random.Generator) -> list[Package]:
    """`count` packages: well-known names first, then those with a story, then the long tail."""
    known = [_well_known(row, last_day, random) for row in _well_known_rows()]
    storied = [_storied(story.name, story.facts, random) for story in STORIES]
    head = [*known, *storied][:count]
    taken = {package.name for package in head}
    invented = invent_names(count - len(head), taken, random)
    sizes = np.geomspace(*TAIL_DOWNLOADS, num=max(len(invented), 1)).tolist()
    tail = [
        _plain(name, purpose, monthly, random)
        for (name, purpose), monthly in zip(invented, sizes, strict=False)
    ]
    return [*head, *tail]


def _well_known_rows() -> list[dict[str, str]]:
    text = (files("sample_data") / "well_known.psv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines(), delimiter="|"))


def _well_known(row: dict[str, str], last_day: date, random: np.random.Generator) -> Package:
    quiet_days = int(row["quiet_days"])
    age_days = max((last_day - date(int(row["first"]), 6, 1)).days, quiet_days + 30)
    return Package(
        name=canonicalize_name(row["name"]),
        display=row["name"],
        summary=row["summary"],
        monthly=float(row["millions"]) * 1_000_000,
        repository=None if row["repository"] == "-" else row["repository"],
        stars=0 if row["stars"] == "-" else int(row["stars"]),
        license=row["license"],
        version=row["version"],
        releases=int(row["releases"]),
        age_days=age_days,
        quiet_days=quiet_days,
        silent_days=int(min(quiet_days, random.integers(0, 90) if quiet_days < 1500 else 1200)),
        requires_python=None if row["requires_python"] == "-" else row["requires_python"],
        purpose="http",
        requires=tuple(row["depends"].split()),
        yearly_growth=float(np.exp(random.normal(0.22, 0.2))),
        weekend=float(random.uniform(0.55, 0.8)),
        open_issues=int(float(row["stars"].replace("-", "0")) ** 0.6 * random.uniform(0.3, 1.5)),
    )


def _storied(name: str, facts: dict[str, object], random: np.random.Generator) -> Package:
    plain = _plain(name, "sdk", float(str(facts["monthly"])), random)
    return Package(**{**vars(plain), **facts})


def _plain(name: str, purpose: str, monthly: float, random: np.random.Generator) -> Package:
    """A package of which nothing special is to be told."""
    age_days = int(random.integers(40, OLDEST_DAYS))
    quiet_days = int(min(random.exponential(380), age_days - 5))
    stars = int(monthly**0.45 * np.exp(random.normal(0.2, 1.3)))
    return Package(
        name=name,
        display=name,
        summary=PURPOSES[purpose],
        monthly=monthly,
        repository=_invented_repository(name, random),
        stars=stars,
        license=str(random.choice(LICENSES, p=LICENSE_SHARES)),
        version=_invented_version(random),
        releases=int(np.clip(random.exponential(9) + 1, 1, 40)),
        age_days=age_days,
        quiet_days=quiet_days,
        silent_days=int(quiet_days * random.uniform(0.2, 1.0)),
        requires_python=PYTHON_FLOORS[random.choice(len(PYTHON_FLOORS), p=PYTHON_FLOOR_SHARES)],
        purpose=purpose,
        requires=_invented_requirements(random),
        yearly_growth=float(np.exp(random.normal(0.05, 0.45))),
        weekend=float(random.uniform(0.45, 1.0)),
        open_issues=int(stars**0.6 * random.uniform(0.2, 1.5)),
        archived=bool(quiet_days > 900 and random.random() < 0.15),
    )


def _invented_repository(name: str, random: np.random.Generator) -> str | None:
    style = random.random()
    if style < 0.1:
        return None
    stem = name.rsplit("-", maxsplit=1)[-1]
    owner = name if style < 0.45 else f"{stem}-labs" if style < 0.75 else f"{stem}hq"
    return f"{owner}/{name}"


def _invented_version(random: np.random.Generator) -> str:
    major, minor, patch = random.integers(0, (5, 18, 9)).tolist()
    return f"{major}.{minor}.{patch}" if major or minor or patch else "0.1.0"


def _invented_requirements(random: np.random.Generator) -> tuple[str, ...]:
    usual = ("requests", "click", "pydantic", "numpy", "httpx", "rich", "pandas", "pyyaml",
             "typing-extensions", "attrs", "aiohttp", "jinja2", "sqlalchemy", "tqdm")  # fmt: skip
    chosen = random.random(len(usual)) < 0.14
    return tuple(name for name, wanted in zip(usual, chosen, strict=True) if wanted)
