"""Packages with a story: each shows one thing the site must get right.

Every name here is invented, apart from the look-alikes, whose very point is a real name spoiled.
"""

from typing import Any, NamedTuple


class Story(NamedTuple):
    """One invented package and what is special about it."""

    name: str
    tells: str
    facts: dict[str, Any]
    """Fields of `catalogue.Package` that differ from what a plain package would have."""


SPIKED_NAME = "tidewater-sdk"
LOOKALIKE_OF_REQUESTS = "reqeusts"

STORIES = (
    Story(
        SPIKED_NAME,
        "two days at fourteen times the usual, all of it by one installer",
        {"monthly": 6_400_000, "summary": "Client for tide tables and harbour services"},
    ),
    Story(
        "emberline",
        "new: first release 24 days ago, and rising",
        {"monthly": 410_000, "age_days": 24, "stars": 2_900, "version": "0.4.1", "releases": 6,
         "quiet_days": 2, "yearly_growth": 40.0, "summary": "Typed command lines in one file"},
    ),
    Story(
        "quillstream",
        "new: nine days old",
        {"monthly": 12_000, "age_days": 9, "stars": 140, "version": "0.1.2", "releases": 3,
         "quiet_days": 1, "yearly_growth": 8.0, "summary": "Write-ahead logs as async iterators"},
    ),
    Story(
        "lanternmesh",
        "rising star: twenty times as many downloads as a year ago",
        {"monthly": 7_900_000, "stars": 18_400, "yearly_growth": 20.0, "quiet_days": 5,
         "version": "1.8.0", "releases": 40, "summary": "Agents that talk over one small protocol"},
    ),
    Story(
        "aurorabase",
        "many stars, few downloads",
        {"monthly": 21_000, "stars": 24_700, "summary": "A database that fits into a notebook"},
    ),
    Story(
        "siltstone",
        "hidden gem: tens of millions of downloads, 41 stars",
        {"monthly": 58_000_000, "stars": 41, "license": "e:MIT", "quiet_days": 30,
         "summary": "Atomic writes and locks for small files"},
    ),
    Story(
        "stonequery",
        "popular and unmaintained: last release and last commit years ago",
        {"monthly": 22_000_000, "stars": 3_100, "quiet_days": 1_930, "silent_days": 1_800,
         "requires_python": ">=2.7", "open_issues": 412,
         "summary": "Query nested dictionaries by path"},
    ),
    Story(
        "saltmarshal",
        "speaks of Python 2 only, and of nothing since 2014",
        {"monthly": 310_000, "stars": 60, "quiet_days": 4_300, "silent_days": 4_300,
         "requires_python": None, "license": "t:BSD", "version": "0.9.7",
         "classifiers": ("Programming Language :: Python :: 2.7",),
         "summary": "Pickle with fewer surprises"},
    ),
    Story(
        "oakbridge-orm",
        "its repository is archived",
        {"monthly": 9_100_000, "stars": 5_200, "archived": True,
         "repository": "oakbridge/oakbridge-orm", "quiet_days": 1_120, "silent_days": 1_000,
         "summary": "Objects and rows, one to one"},
    ),
    Story(
        "parchment-forms",
        "archived on PyPI itself",
        {"monthly": 640_000, "stars": 720, "status": "archived", "quiet_days": 800,
         "silent_days": 760, "summary": "Web forms from data classes"},
    ),
    Story(
        "ironquill",
        "deprecated on PyPI, with the reason",
        {"monthly": 1_900_000, "stars": 880, "status": "deprecated",
         "status_reason": "Renamed to siltstone; no further releases are made here.",
         "quiet_days": 420, "silent_days": 410, "summary": "The former name of siltstone"},
    ),
    Story(
        LOOKALIKE_OF_REQUESTS,
        "malicious look-alike of requests: quarantined, with an OSV record",
        {"monthly": 1_400, "age_days": 31, "repository": None, "status": "quarantined",
         "version": "2.32.9", "releases": 2, "quiet_days": 30, "license": "n:",
         "summary": "HTTP for people"},
    ),
    Story(
        "beautifulsuop4",
        "look-alike of beautifulsoup4 that nobody has reported yet",
        {"monthly": 260, "age_days": 12, "repository": None, "version": "4.14.9", "releases": 1,
         "quiet_days": 12, "license": "n:", "summary": "Screen scraping"},
    ),
    Story(
        "cobaltcache",
        "its latest version has an open critical flaw",
        {"monthly": 3_300_000, "stars": 1_150, "version": "3.4.2", "releases": 28,
         "quiet_days": 66, "summary": "Shared caches over sockets"},
    ),
    Story(
        "harborgate",
        "had a flaw, fixed by a later release",
        {"monthly": 4_800_000, "stars": 2_050, "version": "2.7.1", "releases": 30,
         "quiet_days": 20, "summary": "A reverse proxy for development"},
    ),
    Story(
        "meadowlark-sdk",
        "was reported as malicious by mistake; the record is withdrawn",
        {"monthly": 770_000, "stars": 330, "summary": "Client for weather stations"},
    ),
    Story(
        "driftwood-s3",
        "gone from PyPI, still downloaded from mirrors and caches",
        {"monthly": 52_000, "gone": True, "summary": "Buckets as folders"},
    ),
    Story(
        "copperleaf-http",
        "its repository moved to another owner",
        {"monthly": 2_600_000, "stars": 3_900, "repository": "copperleaf-http/copperleaf",
         "moved_from": "copperworks/copperleaf", "summary": "HTTP/3 without ceremony"},
    ),
    Story("fellmere-core", "one of four in a monorepo",
          {"monthly": 11_800_000, "repository": "fellmere-platform/fellmere-python", "stars": 1_480,
           "summary": "What the Fellmere clients share"}),
    Story("fellmere-identity", "one of four in a monorepo",
          {"monthly": 6_200_000, "repository": "fellmere-platform/fellmere-python", "stars": 1_480,
           "requires": ("fellmere-core",), "summary": "Sign in to Fellmere"}),
    Story("fellmere-blobs", "one of four in a monorepo",
          {"monthly": 3_900_000, "repository": "fellmere-platform/fellmere-python", "stars": 1_480,
           "requires": ("fellmere-core", "requests"), "summary": "Store blobs in Fellmere"}),
    Story("fellmere-queues", "one of four in a monorepo",
          {"monthly": 1_200_000, "repository": "fellmere-platform/fellmere-python", "stars": 1_480,
           "requires": ("fellmere-core",), "summary": "Queues in Fellmere"}),
    Story(
        "larkspire-theme",
        "links to somebody else's repository",
        {"monthly": 88_000, "repository": "readthedocs/sphinx_rtd_theme", "stars": 4_900,
         "summary": "A quiet theme for documentation"},
    ),
    Story(
        "greyportal",
        "names no repository at all",
        {"monthly": 1_500_000, "repository": None, "license": "t:Proprietary",
         "summary": "Client for a paid service"},
    ),
    Story(
        "kettledrums",
        "its latest release is yanked",
        {"monthly": 240_000, "stars": 95, "version": "1.3.0", "releases": 9, "quiet_days": 4,
         "yanked_reason": "Built without its data files", "summary": "Rhythms as data"},
    ),
    Story(
        "nightjar-codec",
        "its repository is blocked by a takedown notice",
        {"monthly": 67_000, "repository": "nightjar-media/nightjar-codec", "repository_status": 451,
         "summary": "Decode forgotten video formats"},
    ),
    Story(
        "palegrass",
        "its repository is gone or private",
        {"monthly": 31_000, "repository": "palegrass-team/palegrass", "repository_status": 404,
         "summary": "Colour scales for maps"},
    ),
    Story(
        "blankslate-starter",
        "its repository is empty",
        {"monthly": 900, "repository": "blankslate-lab/starter", "stars": 0, "empty": True,
         "version": "0.0.1", "releases": 1, "summary": "Start a project from nothing"},
    ),
    Story(
        "duskprobe",
        "has pre-releases only",
        {"monthly": 5_400, "stars": 75, "version": "0.3.0a2", "releases": 5, "quiet_days": 40,
         "summary": "Probe ports politely"},
    ),
    Story(
        "zephyr-tools-kit",
        "is stored under another spelling",
        {"monthly": 420_000, "display": "Zephyr_Tools.Kit", "stars": 310,
         "summary": "Odds and ends for simulations"},
    ),
    Story(
        "bramblewright",
        "puts a whole licence text where a name belongs",
        {"monthly": 130_000, "stars": 48, "license": "f:", "summary": "Hedges for test data"},
    ),
    Story(
        "wanewright",
        "lost nine tenths of its downloads within the year",
        {"monthly": 96_000, "stars": 1_900, "yearly_growth": 0.1, "quiet_days": 700,
         "silent_days": 500, "summary": "A build tool of former years"},
    ),
)  # fmt: skip
