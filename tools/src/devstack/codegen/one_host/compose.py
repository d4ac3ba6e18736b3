"""`deploy/compose`: the same processes in containers of one host, by digest."""

from collections.abc import Mapping
from typing import Any

import yaml

from devstack.codegen.nats_config import production_config
from devstack.codegen.one_host.parts import Part, jobs, scheduler, services
from devstack.codegen.one_host.secret_script import POSTGRES, every_part, secret_script

PLACES = {"postgres-rw:": "postgres:", "postgres-ro:": "postgres:"}
"""A cluster's addresses to those of the containers."""

HEAD = """\
# Made by `make generate` from the manifests below deploy/k8s; do not edit. README.md leads from
# nothing to a running site.
"""

IMAGES_HEAD = (
    "# Made by `make generate`. Copy it to .env and name each image by its digest, or by the id",
    "# that `docker build --quiet` prints, as sha256:...",
)

ZEROS = "sha256:" + "0" * 64
STORES = {
    "postgres": ("IMAGE_POSTGRES", f"postgres:18@{ZEROS}"),
    "nats": ("IMAGE_NATS", f"nats:2-alpine@{ZEROS}"),
    "valkey": ("IMAGE_VALKEY", f"valkey/valkey:9-alpine@{ZEROS}"),
}
"""Store to the variable that names its official image, and an example."""

COMMON: dict[str, Any] = {
    "restart": "unless-stopped",
    "read_only": True,
    "cap_drop": ["ALL"],
    "security_opt": ["no-new-privileges:true"],
    "pids_limit": 256,
    "logging": {"driver": "json-file", "options": {"max-size": "20m", "max-file": "5"}},
}
ONCE = {"restart": "on-failure:6"}
SETTLED = {
    "migrations": {"condition": "service_completed_successfully"},
    "bootstrap": {"condition": "service_completed_successfully"},
}
ASK = "import urllib.request as u; u.urlopen('http://127.0.0.1:8080{path}', timeout=3)"


def compose_file() -> str:
    """Return compose.yaml."""
    whole = {
        "name": "pypi-stats",
        "services": {
            **_stores(),
            **{part.name: _job(part) for part in jobs()},
            **{part.name: _service(part) for part in services()},
            "scheduler": _scheduler(),
            "backup": _backup(),
        },
        "networks": {"inside": {"internal": True}, "outside": {}},
        "volumes": {"postgres": {}, "nats": {}, "backups": {}},
        "secrets": _secret_files(),
    }
    return HEAD + yaml.dump(whole, Dumper=_Plain, sort_keys=False, width=100)


def image_values() -> str:
    """Return the example of `.env`: images, each by its digest."""
    ours = {
        _image(part): f"registry.example.org/pypi-stats/{part.image}@{ZEROS}"
        for part in every_part()
    }
    lines = [f"{name}={example}" for name, example in [*STORES.values(), *sorted(ours.items())]]
    return "\n".join([*IMAGES_HEAD, *lines]) + "\n"


def compose_nats() -> str:
    """Return the bus's configuration, with its passwords from the file beside it."""
    return 'include "passwords.conf"\n' + production_config()


def compose_secrets() -> str:
    """Return the script that makes the secrets; each container reads its own as uid 10001."""
    return secret_script(PLACES, mode="0444")


class _Plain(yaml.SafeDumper):
    """Writes everything out: references between parts would hide what a part has."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _image(part: Part) -> str:
    return f"IMAGE_{part.image.upper().replace('-', '_')}"


def _named(variable: str) -> str:
    return f"${{{variable}:?name it in .env}}"


def _process(part: Part, **more: Any) -> dict[str, Any]:
    return {
        "image": _named(_image(part)),
        "command": list(part.command),
        "user": "10001:10001",
        **COMMON,
        "tmpfs": [f"/tmp:size={_bytes(part.temporary)},mode=1777"],  # noqa: S108
        "mem_limit": _bytes(part.memory),
        "environment": {**part.settings, "SECRETS_DIR": "/run/secrets"},
        "secrets": [{"source": f"{part.name}-{file}", "target": file} for file in part.secrets],
        **more,
    }


def _service(part: Part) -> dict[str, Any]:
    made = _process(
        part,
        env_file=["settings.env"],
        networks=["inside", "outside"],
        depends_on=SETTLED,
        stop_grace_period="45s",
        healthcheck=_healthy(["CMD", "python", "-c", ASK.format(path=part.ready)]),
    )
    listening = {"HTTP_HOST": "0.0.0.0", "HTTP_PORT": "8080"}  # noqa: S104 - of a container
    if part.tells_metrics:
        listening |= {"METRICS_HOST": "0.0.0.0", "METRICS_PORT": "9090"}  # noqa: S104
        made["ports"] = ["127.0.0.1:8000:8080", "127.0.0.1:9090:9090"]
        # Ready for visitors once something is published; healthy as soon as it answers.
        made["healthcheck"] = _healthy(["CMD", "python", "-c", ASK.format(path="/healthz")])
    made["environment"] = {**listening, **made["environment"]}
    return made


def _job(part: Part) -> dict[str, Any]:
    needed = "postgres" if "database_url" in part.secrets else "nats"
    waiting = {needed: {"condition": "service_healthy"}}
    return _process(part, networks=["inside"], depends_on=waiting) | ONCE


def _scheduler() -> dict[str, Any]:
    part = scheduler()
    check = ["CMD", *part.command[:-1], "check"]
    return _process(
        part,
        env_file=["settings.env"],
        networks=["inside"],
        depends_on={**SETTLED, "scorer": {"condition": "service_healthy"}},
        healthcheck=_healthy(check, interval="300s"),
    )


def _healthy(test: list[str], interval: str = "10s") -> dict[str, Any]:
    return {"test": test, "interval": interval, "timeout": "10s", "start_period": "120s"}


def _stores() -> Mapping[str, Any]:
    return {"postgres": _postgres(), "nats": _nats(), "valkey": _valkey()}


def _store(name: str, memory: str, check: list[str], **more: Any) -> dict[str, Any]:
    return {
        "image": _named(STORES[name][0]),
        **COMMON,
        "networks": ["inside"],
        "mem_limit": memory,
        "healthcheck": _healthy(check),
        **more,
    }


def _postgres() -> dict[str, Any]:
    words = [f"postgres-{file}" for file in POSTGRES]
    made = _store(
        "postgres",
        "4g",
        ["CMD", "pg_isready", "-U", "postgres", "-d", "pypi_stats"],
        shm_size="256m",
        stop_grace_period="120s",
        tmpfs=["/tmp:size=256m", "/run/postgresql:size=1m"],  # noqa: S108
        command=[
            "postgres",
            "-c",
            "shared_buffers=1GB",
            "-c",
            "effective_cache_size=3GB",
            "-c",
            "work_mem=32MB",
            "-c",
            "maintenance_work_mem=512MB",
            "-c",
            "random_page_cost=1.1",
        ],
        environment={"POSTGRES_PASSWORD_FILE": "/run/secrets/postgres-administrator_password"},
        secrets=words,
        volumes=[
            "postgres:/var/lib/postgresql",
            "../../db/create_roles.sql:/create_roles.sql:ro",
            "./create_roles.sh:/docker-entrypoint-initdb.d/create_roles.sh:ro",
        ],
    )
    # Its entry point gives the volume to its own user, and then becomes that user.
    return made | {"cap_add": ["CHOWN", "DAC_OVERRIDE", "FOWNER", "SETGID", "SETUID"]}


def _nats() -> dict[str, Any]:
    return _store(
        "nats",
        "1g",
        ["CMD", "wget", "-q", "-O", "-", "http://127.0.0.1:8222/healthz?js-enabled-only=true"],
        # The container's root without any capability, whose volume it is.
        stop_grace_period="90s",
        command=["-c", "/etc/nats/nats.conf"],
        environment={"SERVER_NAME": "pypi-stats", "JETSTREAM_MAX_FILE": "20GB"},
        secrets=[{"source": "nats-passwords.conf", "target": "/etc/nats/passwords.conf"}],
        volumes=[
            "nats:/data",
            "./nats.conf:/etc/nats/nats.conf:ro",
        ],
    )


def _valkey() -> dict[str, Any]:
    ping = "valkey-cli -a \"$$(sed -n 's/^requirepass //p' /run/secrets/valkey.conf)\" ping"
    return _store(
        "valkey",
        "1g",
        ["CMD-SHELL", f"{ping} 2>/dev/null | grep -q PONG"],
        user="10001:10001",
        command=["valkey-server", "/run/secrets/valkey.conf"],
        secrets=[{"source": "valkey-valkey.conf", "target": "valkey.conf"}],
        tmpfs=["/data:size=16m"],
    )


def _backup() -> dict[str, Any]:
    """Runs when it is told to: `docker compose run --rm backup`, from a timer of the host."""
    return {
        "image": _named("IMAGE_POSTGRES"),
        **COMMON,
        "restart": "no",
        "profiles": ["backup"],
        "networks": ["inside"],
        "mem_limit": "512m",
        "entrypoint": ["/bin/sh", "/backup.sh"],
        "environment": {"PGHOST": "postgres", "PGUSER": "scorer", "PGDATABASE": "pypi_stats"},
        "secrets": ["postgres-scorer_password"],
        "depends_on": {"postgres": {"condition": "service_healthy"}},
        "tmpfs": ["/tmp:size=16m"],  # noqa: S108
        "volumes": ["backups:/backups", "./backup.sh:/backup.sh:ro"],
    }


def _secret_files() -> dict[str, Any]:
    files = [(part.name, file) for part in every_part() for file in part.secrets]
    files += [("nats", "passwords.conf"), ("valkey", "valkey.conf")]
    files += [("postgres", file) for file in POSTGRES]
    return {f"{name}-{file}": {"file": f"./secrets/{name}/{file}"} for name, file in files}


def _bytes(size: str) -> str:
    """Return `768Mi` as compose writes it."""
    return size.replace("Mi", "m").replace("Gi", "g")
