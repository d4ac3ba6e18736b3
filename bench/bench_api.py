"""The api's speed: hot answers against a bare ASGI app and the plainest FastAPI on the same server,
and how long answers take that no cache has.

Rates are answers per second of the server's processor time, so that neighbours on the machine do
not count; waiting times are by the wall clock, with those of the bare app beside them.

Usage: python -m bench.bench_api [PACKAGES ...]   (by default 20,000 and 886,000)
"""

import contextlib
import json
import os
import random
import shutil
import statistics
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from bench import api_names
from bench.api_load import Latencies, quantile
from bench.api_names import MADE, SEED, Names
from bench.api_servers import Served, Servers

SIZES = (20_000, 886_000)
ROUNDS = 5
"""Measurements of one rate, all taken in turns, so that all meet the same neighbours."""
ASKED = 400
"""Requests of one kind without a cache."""
HOT_REACH, RECENT_REACH, OVERALL_REACH, P99_REACH = 0.6, 5.0, 15.0, 10.0


def measure(packages: int) -> bool:
    """Print every row for so many packages; says whether all reach their target.

    What no cache has is asked for under made names and, where they are at hand, under PyPI's own.
    """
    real = api_names.real(packages)
    reached = _measured(packages, MADE, hot=True)
    return (_measured(packages, real, hot=False) if real else True) and reached


def _measured(packages: int, names: Names, *, hot: bool) -> bool:
    print(f"api at {packages:,} packages, {names.kind}", flush=True)
    folder = Path(tempfile.mkdtemp(prefix="bench-api-"))
    folder.chmod(0o755)
    try:
        with Servers(folder, packages, names).running() as servers:
            return all([*(_hot(servers) if hot else ()), *_cold(servers)])
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _hot(servers: Servers) -> Iterator[bool]:
    with contextlib.suppress(OSError, AttributeError):
        os.sched_setaffinity(0, {os.cpu_count() - 1 if os.cpu_count() else 0})  # type: ignore[operator]
    with servers.api() as api, servers.rival("bare") as bare, servers.rival("plain") as plain:
        name = _names(api.port, "/api/packages?limit=1")[0]
        recent, overall = (f"/api/packages/{name}/{each}" for each in ("recent", "overall"))
        rates = _in_turns(
            {
                "bare": (bare, "/"),
                "recent": (api, recent),
                "overall": (api, overall),
                "package": (api, f"/api/packages/{name}"),
                "list": (api, "/api/packages"),
                "plain recent": (plain, recent),
                "plain overall": (plain, overall),
            }
        )
        print(f"  bare ASGI: {rates['bare']:,.0f} answers a second of processor time")
        for kind in ("recent", "overall", "package", "list"):
            yield _row(f"hot {kind}", rates[kind] / rates["bare"], "x bare", HOT_REACH)
        against_recent = rates["recent"] / rates["plain recent"]
        yield _row("recent against the plainest FastAPI", against_recent, "x", RECENT_REACH)
        against_overall = rates["overall"] / rates["plain overall"]
        yield _row("overall against the plainest FastAPI", against_overall, "x", OVERALL_REACH)


def _in_turns(asked: dict[str, tuple[Served, str]]) -> dict[str, float]:
    """Return the median rate of each, all measured in turns."""
    rates: dict[str, list[float]] = {label: [] for label in asked}
    for _ in range(ROUNDS):
        for label, (served, path) in asked.items():
            rates[label].append(served.rate(path))
    return {label: statistics.median(each) for label, each in rates.items()}


def _cold(servers: Servers) -> Iterator[bool]:
    """Ask for what no cache has: none is there."""
    chance = random.Random(SEED)
    settings = {"REDIS_URL": "", "HOT_BYTES": "0", "DATABASE_CONNECTIONS": "1"}
    with servers.api(**settings) as api, servers.rival("bare") as bare:
        port = api.port
        floor = quantile(Latencies(bare.port, ["/"] * ASKED).waited, 0.99)
        print(f"  bare ASGI, one at a time: {floor:.2f} ms p99")
        names = _names(port, "/api/packages?limit=100") + _sampled_names(servers, ASKED)
        deep = _page(port, 100)
        kinds = {
            "package": [f"/api/packages/{name}" for name in names],
            "list front page": ["/api/packages?sort=" + chance.choice(SORTS) for _ in names],
            "list page 100": [deep] * ASKED,
            "search, 1 to 12 letters": [f"/api/search?q={_typed(chance, each)}" for each in names],
            "search with a typo": [f"/api/search?q={_misspelt(chance, each)}" for each in names],
        }
        for kind, paths in kinds.items():
            Latencies(port, paths)  # so that what is learnt once a generation is learnt
            taken = Latencies(port, paths, [api.process.pid, *servers.backends()])
            middle, worked = quantile(taken.waited, 0.5), quantile(taken.worked, 0.99)
            label = f"uncached {kind}, median {middle:.1f} ms, processor p99 {worked:.1f} ms"
            yield _row(label, quantile(taken.waited, 0.99), "ms p99", P99_REACH, most=True)


SORTS = ("downloads", "stars", "momentum", "health", "dependents")


def _typed(chance: random.Random, name: str) -> str:
    return name[: chance.randint(1, 12)].rstrip("-")


def _misspelt(chance: random.Random, name: str) -> str:
    letters = list(name[:12].rstrip("-"))
    place = chance.randrange(max(1, len(letters) - 1))
    letters[place : place + 2] = reversed(letters[place : place + 2])
    return "".join(letters)


def _sampled_names(servers: Servers, most: int) -> list[str]:
    return servers.asked(f"select name from package_list order by md5(name) limit {most}")


def _names(port: int, path: str) -> list[str]:
    return [package["name"] for package in _json(port, path)["packages"]]


def _page(port: int, number: int) -> str:
    path = "/api/packages?limit=50"
    for _ in range(number - 1):
        path = f"/api/packages?limit=50&cursor={_json(port, path)['next']}"
    return path


def _json(port: int, path: str) -> dict:  # type: ignore[type-arg]
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=30) as answer:
        return dict(json.load(answer))


def _row(label: str, value: float, unit: str, reach: float, *, most: bool = False) -> bool:
    reached = value <= reach if most else value >= reach
    limit = f"at {'most' if most else 'least'} {reach:g}"
    print(f"  {label}: {value:.2f} {unit} ({limit}){'' if reached else '   MISSED'}", flush=True)
    return reached


def main() -> None:
    """Measure every size asked for."""
    sizes = [int(each.replace(",", "")) for each in sys.argv[1:]] or list(SIZES)
    reached = [measure(size) for size in sizes]
    if not all(reached):
        sys.exit(1)


if __name__ == "__main__":
    main()
