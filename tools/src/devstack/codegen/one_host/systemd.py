"""`deploy/systemd`: the same processes as units of one host, hardened, from the hashed locks."""

from collections.abc import Callable, Iterator

from checks.own_lock import images
from devstack.codegen.nats_config import production_config
from devstack.codegen.one_host.parts import Part, jobs, scheduler, services
from devstack.codegen.one_host.secret_script import every_part, replaced, secret_script
from devstack.settings import CHECKOUT

HEAD = "# Made by `make generate` from the manifests below deploy/k8s; do not edit.\n"
HOME, CONFIGURATION = "/opt/pypi-stats", "/etc/pypi-stats"

API_PORT = 8080
PLACES = {
    "postgres-rw:": "127.0.0.1:",
    "postgres-ro:": "127.0.0.1:",
    "nats:4222": "127.0.0.1:4222",
    "@valkey:": "@127.0.0.1:",
    "api:8080": f"127.0.0.1:{API_PORT}",
    "/app/": f"{HOME}/",
}
"""A cluster's addresses and an image's folders to those of the host."""

HARDENED = """\
NoNewPrivileges=yes
PrivateTmp=yes
PrivateDevices=yes
PrivateUsers=yes
ProtectSystem=strict
ProtectHome=yes
ProtectClock=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectControlGroups=yes
ProtectProc=invisible
LockPersonality=yes
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
RemoveIPC=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources
SystemCallErrorNumber=EPERM
CapabilityBoundingSet=
UMask=0077
"""

UNIT = """\
{head}[Unit]
Description=PyPI Stats: {name}
{order}
[Service]
Type={kind}
User=pypi-stats
Group=pypi-stats
WorkingDirectory={home}
ExecStart={start}
{rest}{hardened}MemoryMax={memory}
TasksMax=256
LimitNOFILE=65536
{install}"""

INSTALL = """\
#!/bin/sh
{head}# Makes the environment of each part from its own lock, by hash; run again after an upgrade.
set -eu
cd {home}
for part in {names}; do
  python3.11 -m venv --clear "venv/$part"
  "venv/$part/bin/pip" install --quiet --no-cache-dir --only-binary :all: --no-deps \\
    --require-hashes -r "deploy/requirements/$part.lock"
  "venv/$part/bin/pip" check
done
cp deploy/systemd/pypi-stats*.service deploy/systemd/pypi-stats*.timer \\
  deploy/systemd/pypi-stats.target /etc/systemd/system/
systemctl daemon-reload
"""

BACKUP = f"""\
{HEAD}[Unit]
Description=PyPI Stats: a backup of the database
After=postgresql.service

[Service]
Type=oneshot
User=pypi-stats
Group=pypi-stats
ExecStart=/bin/sh {HOME}/deploy/systemd/backup.sh
LoadCredential=scorer_password:{CONFIGURATION}/secrets/postgres/scorer_password
StateDirectory=pypi-stats
StateDirectoryMode=0750
{HARDENED}MemoryMax=512M
"""

TIMER = f"""\
{HEAD}[Unit]
Description=PyPI Stats: a backup every night, before the first run

[Timer]
OnCalendar=*-*-* 03:00:00 UTC
Persistent=true

[Install]
WantedBy=timers.target
"""

TARGET = f"""\
{HEAD}[Unit]
Description=PyPI Stats
Wants={{wanted}}

[Install]
WantedBy=multi-user.target
"""


def units() -> dict[str, Callable[[], str]]:
    """Return every unit's file name with what makes it."""
    made: dict[str, Callable[[], str]] = {
        "pypi-stats.target": _target,
        "pypi-stats-nats.service": _nats,
        "pypi-stats-valkey.service": _valkey,
        "pypi-stats-backup.service": lambda: BACKUP,
        "pypi-stats-backup.timer": lambda: TIMER,
        "pypi-stats-scheduler.service": _scheduler,
    }
    for part in jobs():
        made[unit_name(part)] = lambda part=part: _job(part)  # type: ignore[misc]
    for number, part in enumerate(services()):
        made[unit_name(part)] = lambda part=part, at=number: _service(part, at)  # type: ignore[misc]
    return made


def systemd_secrets() -> str:
    """Return the script that makes the secrets; systemd reads them as root."""
    return secret_script(PLACES, mode="0400")


def unit_name(part: Part) -> str:
    """Return the name of a process's unit."""
    return f"pypi-stats-{part.name}.service"


def _target() -> str:
    ours = [unit_name(part) for part in every_part()]
    return TARGET.format(wanted=" ".join(ours))


def _service(part: Part, number: int) -> str:
    port = API_PORT if part.tells_metrics else API_PORT + 1 + number
    listening = {"HTTP_HOST": "127.0.0.1", "HTTP_PORT": str(port)}
    if part.tells_metrics:
        listening |= {"METRICS_HOST": "127.0.0.1", "METRICS_PORT": "9090"}
    before = "pypi-stats-migrations.service pypi-stats-bootstrap.service"
    order = [f"Requires={before}", f"After={before} pypi-stats-valkey.service"]
    return _ours(part, listening, order, kind="exec", rest=["TimeoutStopSec=45"])


def _scheduler() -> str:
    order = ["After=pypi-stats-scorer.service", "Wants=pypi-stats-scorer.service"]
    return _ours(scheduler(), {}, order, kind="exec")


def _job(part: Part) -> str:
    store = "postgresql.service" if "database_url" in part.secrets else "pypi-stats-nats.service"
    order = [f"Wants={store}", f"After={store}"]
    return _ours(part, {}, order, kind="oneshot", rest=["RemainAfterExit=yes"])


def _ours(
    part: Part,
    listening: dict[str, str],
    order: list[str],
    kind: str,
    rest: list[str] | None = None,
) -> str:
    """Return the unit of a process of ours, in the environment of its own lock."""
    settings = {
        "PYTHONPATH": ":".join(f"{HOME}/{each}" for each in _sources(part.image)),
        "PYTHONUNBUFFERED": "1",
        **listening,
        **{name: replaced(value, PLACES) for name, value in part.settings.items()},
    }
    lines = [
        f"EnvironmentFile={CONFIGURATION}/settings.env",
        *(f"Environment={name}={value}" for name, value in settings.items()),
        *_credentials(part.name, part.secrets),
        *(["Restart=always", "RestartSec=2"] if kind == "exec" else ["Restart=no"]),
        *(rest or []),
    ]
    program = " ".join(part.command[1:])
    return _unit(
        name=part.name,
        order=order,
        kind=kind,
        start=f"{HOME}/venv/{part.image}/bin/python {program}",
        rest=lines,
        memory=part.memory,
    )


def _nats() -> str:
    """Return the unit of the bus; its passwords lie beside the configuration that includes them."""
    return _unit(
        name="the bus",
        order=["Before=pypi-stats-bootstrap.service"],
        kind="exec",
        start="/usr/bin/nats-server -c %d/nats.conf",
        rest=[
            f"LoadCredential=nats.conf:{HOME}/deploy/systemd/nats.conf",
            f"LoadCredential=passwords.conf:{CONFIGURATION}/secrets/nats/passwords.conf",
            "Environment=SERVER_NAME=pypi-stats",
            "Environment=JETSTREAM_MAX_FILE=20GB",
            "StateDirectory=pypi-stats-nats",
            "Restart=always",
            "TimeoutStopSec=90",
            "KillSignal=SIGUSR2",
        ],
        memory="1Gi",
    )


def _valkey() -> str:
    return _unit(
        name="the cache",
        order=[],
        kind="exec",
        start="/usr/bin/valkey-server %d/valkey.conf --bind 127.0.0.1",
        rest=[
            f"LoadCredential=valkey.conf:{CONFIGURATION}/secrets/valkey/valkey.conf",
            "RuntimeDirectory=pypi-stats-valkey",
            "Restart=always",
        ],
        memory="1Gi",
    ).replace(f"WorkingDirectory={HOME}", "WorkingDirectory=/run/pypi-stats-valkey")


def _unit(
    *, name: str, order: list[str], kind: str, start: str, rest: list[str], memory: str
) -> str:
    after = "network-online.target"
    order = [*order, "PartOf=pypi-stats.target"]
    return UNIT.format(
        head=HEAD,
        name=name,
        order="".join(f"{line}\n" for line in [*order, f"Wants={after}", f"After={after}"]),
        kind=kind,
        home=HOME,
        start=start,
        rest="".join(f"{line}\n" for line in rest),
        hardened=HARDENED,
        memory=memory.removesuffix("i"),
        install="\n[Install]\nWantedBy=pypi-stats.target\n",
    )


def _sources(image: str) -> list[str]:
    """Return the folders of code that an image holds, as the Dockerfile copies them."""
    found = next(each for each in images() if each.name == image)
    return [str(source.relative_to(CHECKOUT)) for source in found.sources]


def nats_config() -> str:
    """Return the bus's configuration: of a cluster, but on the loopback interface alone."""
    text = production_config()
    for theirs, ours in (
        ("port: 4222", "listen: 127.0.0.1:4222"),
        ("http: 0.0.0.0:8222", "http: 127.0.0.1:8222"),
        ("store_dir: /data/jetstream", "store_dir: /var/lib/pypi-stats-nats"),
    ):
        text = text.replace(theirs, ours)
    return 'include "passwords.conf"\n' + text


def install_script() -> str:
    """Return the script that makes an environment for each image's lock, by hash."""
    names = " ".join(sorted({part.image for part in every_part()}))
    return INSTALL.format(head=HEAD, home=HOME, names=names)


def _credentials(name: str, secrets: dict[str, str]) -> Iterator[str]:
    for file in secrets:
        yield f"LoadCredential={file}:{CONFIGURATION}/secrets/{name}/{file}"
