"""All scenarios: what is done, what it may cost visitors, how the night may end."""

from chaos.scenario import API_AWAY, DATABASE_AWAY, Scenario
from chaos.trouble import Together, Trouble
from chaos.troubles.clocks import ServicesClocks, SourcesClocks
from chaos.troubles.deaths import Kill, KillInTurn, KillWhileFinishing, TwoReplicas
from chaos.troubles.disk import FullDisk
from chaos.troubles.messages import (
    RUBBISH_LETTERS,
    UNTRUTHS,
    Late,
    Reversed,
    Rubbish,
    Twice,
    Wrong,
)
from chaos.troubles.network import Fault, between, to
from chaos.troubles.releases import RollingRestart
from chaos.troubles.requests import TwoSchedulers
from chaos.troubles.stores import BusLost, CacheFlushed
from events.runs import RunKind, RunStatus

SPOILED = {RunKind.DOWNLOADS: RunStatus.PARTIAL, RunKind.METADATA: RunStatus.PARTIAL}

TWICE = "killed with -9 as soon as each run is asked for, and again in its middle"

RETRIED = 240
"""Messages delivered again while the database is away for longer than the first two waits of the
retry policy (1 s, 5 s, 30 s): three times the 80 that a night of the sample data has waiting."""

DEATHS = (
    Scenario("kill-scorer", f"scorer {TWICE}", Kill("scorer")),
    Scenario(
        "kill-scorer-finishing",
        "scorer killed with -9 twice while it merges, scores and publishes each run",
        KillWhileFinishing("scorer"),
    ),
    Scenario("kill-ingest-downloads", f"ingest-downloads {TWICE}", Kill("ingest-downloads")),
    Scenario("kill-ingest-github", f"ingest-github {TWICE}", Kill("ingest-github")),
    Scenario("kill-security-scan", f"security-scan {TWICE}", Kill("security-scan")),
    Scenario("kill-cache-warmer", f"cache-warmer {TWICE}", Kill("cache-warmer")),
    Scenario("kill-api", f"the api {TWICE}", Kill("api"), API_AWAY),
    Scenario("kill-nats", f"NATS {TWICE}", Kill("nats")),
    Scenario(
        "kill-postgres", f"PostgreSQL {TWICE}", Kill("postgres"), DATABASE_AWAY, again=RETRIED
    ),
    Scenario(
        "kill-postgres-finishing",
        "PostgreSQL killed with -9 twice while each run is merged, scored and published",
        KillWhileFinishing("postgres"),
        DATABASE_AWAY,
    ),
    Scenario("kill-valkey", f"Valkey {TWICE}", Kill("valkey")),
    Scenario("kill-source", f"ClickHouse, PyPI, GitHub and OSV {TWICE}", Kill("simulators")),
)

CUTS = (
    Scenario(
        "cut-nats", "every connection to NATS reset for 3 s in each run", to("nats", Fault.CUT, 3)
    ),
    Scenario(
        "cut-postgres",
        "every connection to PostgreSQL reset for 3 s in each run",
        to("postgres", Fault.CUT, 3),
        DATABASE_AWAY,
        again=RETRIED,
    ),
    Scenario(
        "cut-valkey",
        "every connection to Valkey reset for 3 s in each run",
        to("valkey", Fault.CUT, 3),
    ),
    *(
        Scenario(
            f"cut-{source}",
            f"{service}'s connections to {source} reset for 2 s in each run",
            between(service, source, Fault.CUT, 2),
        )
        for service, source in (
            ("ingest-downloads", "clickhouse"),
            ("ingest-github", "pypi"),
            ("ingest-github", "github"),
            ("security-scan", "osv"),
        )
    ),
    Scenario(
        "cut-warmer-api",
        "cache-warmer's connections to the api reset for 3 s in each run",
        between("cache-warmer", "api", Fault.CUT, 3),
    ),
)

SILENCES = (
    *(
        Scenario(
            f"silent-{service}-nats",
            f"nothing between {service} and NATS arrives for 8 s in each run",
            between(service, "nats", Fault.SILENT, 8),
        )
        for service in (
            "scorer",
            "ingest-downloads",
            "ingest-github",
            "security-scan",
            "cache-warmer",
        )
    ),
    Scenario(
        "silent-scorer-postgres",
        "nothing between scorer and PostgreSQL arrives for 8 s in each run",
        between("scorer", "postgres", Fault.SILENT, 8),
    ),
    Scenario(
        "silent-api-postgres",
        "nothing between the api and PostgreSQL arrives for 8 s in each run",
        between("api", "postgres", Fault.SILENT, 8),
        DATABASE_AWAY,
    ),
    Scenario(
        "silent-valkey",
        "nothing from or to Valkey arrives for 8 s in each run",
        to("valkey", Fault.SILENT, 8),
    ),
    *(
        Scenario(
            f"silent-{source}",
            f"nothing between {service} and {source} arrives for 6 s in each run",
            between(service, source, Fault.SILENT, 6),
        )
        for service, source in (
            ("ingest-downloads", "clickhouse"),
            ("ingest-github", "pypi"),
            ("ingest-github", "github"),
            ("security-scan", "osv"),
        )
    ),
)

SLOW = (
    Scenario("slow-nats", "everything to and from NATS 50 ms late", to("nats", Fault.SLOW, 0.05)),
    Scenario(
        "slow-postgres",
        "everything to and from PostgreSQL 10 ms late",
        to("postgres", Fault.SLOW, 0.01),
    ),
    Scenario(
        "slow-valkey", "everything to and from Valkey 50 ms late", to("valkey", Fault.SLOW, 0.05)
    ),
    Scenario(
        "slow-github",
        "everything to and from GitHub 200 ms late",
        to("github", Fault.SLOW, 0.2),
    ),
)

DISKS = (
    Scenario(
        "full-disk-nats",
        "the disk of NATS full for 10 s in the first run, then room again and NATS restarted",
        FullDisk("nats", 10, restart=True),
    ),
    Scenario(
        "full-disk-postgres",
        "the disk of PostgreSQL full for 10 s in the first run, then room again",
        FullDisk("postgres", 10),
        DATABASE_AWAY,
        again=RETRIED,
    ),
)

MESSAGES = (
    Scenario("twice", "every message sent again under another id, the newest first", Twice()),
    Scenario("reversed", "each run's batches delivered twice, the last one first", Reversed()),
    Scenario("late", "all messages of the night before sent again in each run", Late()),
    Scenario(
        "rubbish",
        "two bodies that cannot be decoded on every subject",
        Rubbish(),
        letters=RUBBISH_LETTERS,
    ),
    Scenario(
        "wrong",
        "batches of downloads and metadata that can be decoded and cannot be true; both are then"
        " asked for again",
        Wrong(),
        ends=SPOILED,
        letters=len(UNTRUTHS),
    ),
)

OPERATION = (
    Scenario(
        "two-schedulers", "each run asked for by two schedulers, by one twice", TwoSchedulers()
    ),
    Scenario(
        "two-replicas",
        "every service on the bus runs twice, a scorer killed with -9 in each run",
        TwoReplicas(),
    ),
    Scenario(
        "rolling-restart",
        "a newer and an older release of each service side by side, restarted one by one",
        RollingRestart(),
        API_AWAY,
    ),
    Scenario(
        "clock-services",
        "the services' clocks jump to 2 h ahead, 3 h behind, 26 h ahead",
        ServicesClocks(),
    ),
    Scenario("clock-sources", "the sources' clocks jump 2 h ahead in each run", SourcesClocks()),
    Scenario(
        "bus-lost",
        "NATS' store emptied in the first run, the run given up and asked for again",
        BusLost(),
    ),
    Scenario("cache-flushed", "Valkey emptied five times in each run", CacheFlushed()),
)

ALL_AT_ONCE = Scenario(
    "all-at-once",
    "every message sent again, two that cannot be decoded on every subject, and killed with -9 in"
    " the middle of a run: scorer and ingest-downloads, NATS and ingest-github, PostgreSQL and"
    " security-scan",
    Together(
        (
            Rubbish(),
            Twice(),
            KillInTurn(
                {
                    RunKind.DOWNLOADS: ("scorer", "ingest-downloads"),
                    RunKind.METADATA: ("nats", "ingest-github"),
                    RunKind.SECURITY: ("postgres", "security-scan"),
                }
            ),
        )
    ),
    DATABASE_AWAY,
    letters=RUBBISH_LETTERS,
)

QUIET = Scenario("quiet", "nothing: what every other night is compared with", Trouble(), again=10)

SCENARIOS = (QUIET, *DEATHS, *CUTS, *SILENCES, *SLOW, *DISKS, *MESSAGES, *OPERATION, ALL_AT_ONCE)

SHORT = (ALL_AT_ONCE.name,)
"""What `make test` plays."""


def chosen(names: list[str]) -> list[Scenario]:
    """Return the scenarios of those names, or whose names begin so; all without names.

    KeyError with the first name that fits none.
    """
    if not names:
        return list(SCENARIOS)
    found: dict[str, Scenario] = {}
    for name in names:
        fitting = [each for each in SCENARIOS if each.name == name]
        fitting = fitting or [each for each in SCENARIOS if each.name.startswith(name)]
        if not fitting:
            raise KeyError(name)
        found |= {each.name: each for each in fitting}
    return list(found.values())
