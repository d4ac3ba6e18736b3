"""Rendering an overlay, and finding things in what comes out."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
K8S = ROOT / "deploy" / "k8s"
EXAMPLE = K8S / "overlays" / "production" / "secrets.env.example"
PROGRAMS = Path(sys.executable).parent
KUBECTL = PROGRAMS / "kubectl"

Resource = dict[str, Any]


@dataclass(frozen=True)
class Workload:
    """Anything that runs pods, with the one container of each."""

    kind: str
    name: str
    spec: Resource
    pod: Resource
    labels: dict[str, str]

    @property
    def container(self) -> Resource:
        (only,) = self.pod["containers"]
        return only

    @property
    def command(self) -> list[str]:
        return [*self.container.get("command", []), *self.container["args"]]

    @property
    def environment(self) -> list[Resource]:
        return self.container["env"]


@dataclass(frozen=True)
class Overlay:
    """What `kubectl kustomize` made of an overlay."""

    name: str
    file: Path
    resources: list[Resource]

    def of(self, kind: str) -> list[Resource]:
        return [each for each in self.resources if each["kind"] == kind]

    def named(self, kind: str, name: str) -> Resource:
        (found,) = [each for each in self.of(kind) if each["metadata"]["name"] == name]
        return found

    @property
    def deployments(self) -> list[Workload]:
        return [_workload(each, each["spec"]["template"]) for each in self.of("Deployment")]

    @property
    def workloads(self) -> list[Workload]:
        jobs = [_workload(each, each["spec"]["template"]) for each in self.of("Job")]
        timed = [
            _workload(each, each["spec"]["jobTemplate"]["spec"]["template"])
            for each in self.of("CronJob")
        ]
        return [*self.deployments, *jobs, *timed]


def _workload(resource: Resource, template: Resource) -> Workload:
    return Workload(
        resource["kind"],
        resource["metadata"]["name"],
        resource["spec"],
        template["spec"],
        template["metadata"]["labels"],
    )


def render(name: str, folder: Path) -> Overlay:
    """Render a copy, in which the example's secrets stand for an operator's own."""
    shutil.copytree(ROOT / "deploy" / "grafana", folder / "deploy" / "grafana")
    copy = shutil.copytree(K8S, folder / "deploy" / "k8s")
    shutil.copy(EXAMPLE, copy / "overlays" / name / "secrets.env")
    made = outcome(KUBECTL, "kustomize", copy / "overlays" / name)
    assert made.returncode == 0, made.stderr
    assert made.stderr == "", f"kustomize warns: {made.stderr}"
    file = folder / "rendered.yaml"
    file.write_text(made.stdout)
    return Overlay(name, file, list(yaml.safe_load_all(made.stdout)))


def outcome(*command: str | Path, **where: Any) -> subprocess.CompletedProcess[str]:
    """Run a program to its end and give what it wrote, however it ended."""
    return subprocess.run(command, check=False, capture_output=True, text=True, **where)


def assignments(file: Path) -> dict[str, str]:
    """Return the lines NAME=value of an env file."""
    lines = [line for line in file.read_text().splitlines() if line and not line.startswith("#")]
    return dict(line.split("=", 1) for line in lines)


def explained(file: Path) -> Iterator[tuple[str, bool]]:
    """Yield each name of an env file, and whether a comment stands before it or its group."""
    commented = False
    for line in file.read_text().splitlines():
        if line.startswith("#"):
            commented = True
        elif not line:
            commented = False
        else:
            yield line.split("=", 1)[0], commented


def mentioned(value: str) -> list[str]:
    """Return the variables that `$(NAME)` in a value refers to."""
    return re.findall(r"\$\((\w+)\)", value)
