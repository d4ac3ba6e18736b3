"""What runs on one host, as the manifests have it: commands, settings, secrets, bounds."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import yaml

from devstack.settings import CHECKOUT, SERVICES

K8S = CHECKOUT / "deploy" / "k8s"
EXAMPLE = K8S / "overlays" / "production"
OPERATE = "operate"
ONLY_COMPOSED = {"POSTGRES_PASSWORD", "VALKEY_PASSWORD"}
"""Variables that exist for an address of the same container alone."""
LISTENING = {"HTTP_HOST", "HTTP_PORT", "METRICS_HOST", "METRICS_PORT"}
MENTIONED = re.compile(r"\$\((\w+)\)")


@dataclass(frozen=True)
class Part:
    """One process."""

    name: str
    image: str
    """Last part of the image's name, which is also the name of its lock."""
    command: tuple[str, ...]
    settings: dict[str, str]
    """Variables that are the same in every installation, those it listens by left out."""
    secrets: dict[str, str]
    """File that holds a secret to its contents, in which `@NAME@` stands for a line of
    `secrets.env`."""
    memory: str
    """Its bound, as the manifests write it: `768Mi`."""
    temporary: str
    """Most it may write below /tmp."""
    ready: str = ""
    """Path of its readiness; empty where nobody asks it."""
    tells_metrics: bool = False
    asked_of_operator: frozenset[str] = field(default_factory=frozenset)
    """Variables whose values are an operator's."""


def services() -> list[Part]:
    """Return the six services, in the order in which they start."""
    return [_part(_manifest(f"{name}/deployment.yaml"), name) for name in SERVICES]


def jobs() -> list[Part]:
    """Return what must have ended before the services start: tables, then streams."""
    return [_part(_manifest(f"jobs/{name}.yaml"), name) for name in ("migrations", "bootstrap")]


def scheduler() -> Part:
    """Return what asks for runs, with the rights of the CronJobs."""
    job = next(yaml.safe_load_all((K8S / "base/jobs/cron.yaml").read_text()))
    part = _part(job["spec"]["jobTemplate"], "scheduler")
    command = ("python", "-m", "operate", "schedule", "run")
    return Part(**{**vars(part), "command": command})


def operator_values() -> list[tuple[str, str, str]]:
    """Return what an operator sets: variable, example, and the comment that explains it."""
    asked = {name for part in [*services(), scheduler()] for name in part.asked_of_operator}
    comments = _explained((EXAMPLE / "values.env").read_text())
    rows = []
    for source, variable in sorted(_valued().items()):
        if variable in asked and source in comments:
            comment, example = comments[source]
            example = f"https://{example}" if variable == "PUBLIC_URL" else example
            rows.append((variable, example, comment))
    return rows


def random_secrets() -> list[str]:
    """Return the names of the secrets that are made at random."""
    lines = _explained((EXAMPLE / "secrets.env.example").read_text())
    return [name for name, (_, example) in lines.items() if example == "random"]


def given_secrets() -> list[tuple[str, str]]:
    """Return the secrets that an operator has from elsewhere, each with its explanation."""
    lines = _explained((EXAMPLE / "secrets.env.example").read_text())
    return [(name, comment) for name, (comment, example) in lines.items() if not example]


def _manifest(path: str) -> Any:
    return yaml.safe_load((K8S / "base" / path).read_text())


def _part(workload: Mapping[str, Any], name: str) -> Part:
    pod = workload["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    env = {each["name"]: each for each in container["env"]}
    valued = set(_valued().values())
    plain = {
        key: each["value"]
        for key, each in env.items()
        if "value" in each and "$(" not in each["value"] and key not in LISTENING | valued
    }
    (volume,) = pod["volumes"]
    probe = container.get("readinessProbe", {}).get("httpGet", {})
    return Part(
        name=name,
        image=container["image"].rpartition("/")[2],
        command=tuple(container["args"]),
        settings={key: value for key, value in plain.items() if value},
        secrets=dict(_secrets(env)),
        memory=container["resources"]["limits"]["memory"],
        temporary=volume["emptyDir"]["sizeLimit"],
        ready=probe.get("path", ""),
        tells_metrics="METRICS_PORT" in env,
        asked_of_operator=frozenset(env) & valued,
    )


def _secrets(env: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield each secret of a container as a file: the setting's name, and what is in it."""
    for key, each in env.items():
        reference = each.get("valueFrom", {}).get("secretKeyRef")
        if reference and key not in ONLY_COMPOSED:
            yield key.lower(), f"@{_secret_sources()[reference['name'], reference['key']]}@"
        elif "$(" in each.get("value", ""):
            yield key.lower(), MENTIONED.sub(lambda found: _mention(env, found[1]), each["value"])


def _mention(env: Mapping[str, Any], name: str) -> str:
    reference = env[name]["valueFrom"]["secretKeyRef"]
    return f"@{_secret_sources()[reference['name'], reference['key']]}@"


@cache
def _secret_sources() -> dict[tuple[str, str], str]:
    """Secret and key of a manifest to the line of `secrets.env` that fills it."""
    return {
        (target["select"]["name"], path.removeprefix("data.").removeprefix("stringData.")): source
        for source, target, path in _replacements("secrets.yaml")
    }


@cache
def _valued() -> dict[str, str]:
    """Line of `values.env` to the variable of the containers that it fills."""
    found = {}
    for source, _, path in _replacements("settings.yaml"):
        if variable := re.search(r"env\.\[name=(\w+)\]\.value", path):
            found[source] = variable[1]
    return found


def _replacements(file: str) -> Iterator[tuple[str, Any, str]]:
    for each in yaml.safe_load((K8S / "values" / file).read_text())["replacements"]:
        source = each["source"]["fieldPath"].removeprefix("data.")
        for target in each["targets"]:
            for path in target["fieldPaths"]:
                yield source, target, path


def _explained(text: str) -> dict[str, tuple[str, str]]:
    """Return the lines of an env file: name to its comment and its example."""
    found: dict[str, tuple[str, str]] = {}
    comment: list[str] = []
    fresh = True
    for line in text.splitlines():
        if line.startswith("#"):
            comment = [*([] if fresh else comment), line.lstrip("# ")]
            fresh = False
        elif line:
            name, _, example = line.partition("=")
            found[name] = (" ".join(comment), example)
            fresh = True
    return found
