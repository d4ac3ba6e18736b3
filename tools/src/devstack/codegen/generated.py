"""Files made from the code: written by `make generate`, checked by `make lint`."""

import importlib
import json
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from devstack.codegen.cron_jobs import cron_jobs
from devstack.codegen.dashboards import DASHBOARDS, dashboard
from devstack.codegen.decisions import decisions_page
from devstack.codegen.metrics_list import metrics_page
from devstack.codegen.nats_config import production_config, users_config
from devstack.codegen.one_host.compose import (
    compose_file,
    compose_nats,
    compose_secrets,
    image_values,
)
from devstack.codegen.one_host.settings_example import settings_example
from devstack.codegen.one_host.systemd import (
    install_script,
    nats_config,
    systemd_secrets,
    units,
)
from devstack.codegen.scaling_rules import scaling_rules
from devstack.codegen.site_pages import flagged_module, pages, rules_module, warnings_module
from devstack.codegen.values_page import values_page
from devstack.settings import CHECKOUT
from events.permissions import publish_subjects
from events.topology import DURABLES, STREAMS, SUBJECTS, USERS, Subject
from servicekit.settings import settings_table

ON_THE_BUS = ("scorer", "ingest_downloads", "ingest_github", "security_scan", "cache_warmer")
"""Packages of the services that read from the bus."""

WITH_SETTINGS = {
    "services/scorer": "scorer",
    "services/ingest-downloads": "ingest_downloads",
    "services/ingest-github": "ingest_github",
    "services/security-scan": "security_scan",
    "services/api": "api",
    "services/cache-warmer": "cache_warmer",
}
"""Folder of each service to its package."""

TABLE_BEGINS, TABLE_ENDS = "<!-- settings: made from settings.py -->", "<!-- end -->"

SECONDS_A_DAY = 24 * 3600


def asyncapi() -> str:
    """Return one AsyncAPI document of all services that read from the bus."""
    whole: dict[str, Any] = {}
    for package in ON_THE_BUS:
        settings = importlib.import_module(f"{package}.settings").Settings()
        app = importlib.import_module(f"{package}.app").make_app(settings)
        _join(whole, app.schema.to_specification().to_jsonable())
    whole["info"] = {"title": "PyPI Stats", "version": "1"}
    return json.dumps(whole, indent=1, sort_keys=True) + "\n"


def _join(whole: dict[str, Any], part: dict[str, Any]) -> None:
    for name, value in part.items():
        if isinstance(value, dict) and isinstance(whole.get(name), dict):
            _join(whole[name], value)
        else:
            whole[name] = value


def events_page() -> str:
    """Return the page of streams, consumers, users and messages."""
    return "\n".join(
        [
            "# Events",
            "",
            "Made from `libs/events` by `make generate`. The same definition makes the streams, "
            "the services' subscriptions and the server's permissions.",
            "",
            *_table("Streams", ("stream", "subjects", "kept"), _stream_rows()),
            *_table("Consumers", ("durable", "user", "reads", "given up after"), _durable_rows()),
            *_table("Users", ("user", "may publish"), _user_rows()),
            "## Messages",
            "",
            *(line for subject in SUBJECTS for line in _message(subject)),
        ]
    )


def _table(title: str, columns: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> Iterator[str]:
    yield from (f"## {title}", "", f"| {' | '.join(columns)} |", f"|{'---|' * len(columns)}")
    for row in rows:
        yield f"| {' | '.join(row)} |"
    yield ""


def _stream_rows() -> Iterator[tuple[str, ...]]:
    for stream in STREAMS:
        subjects = ", ".join(f"`{subject}`" for subject in stream.subjects)
        yield f"`{stream.name}`", subjects, f"{stream.max_age / SECONDS_A_DAY:.0f} days"


def _durable_rows() -> Iterator[tuple[str, ...]]:
    for durable in DURABLES:
        subject = f"`{durable.subject.name}`"
        yield f"`{durable.name}`", durable.user, subject, f"{durable.attempts} deliveries"


def _user_rows() -> Iterator[tuple[str, ...]]:
    for user in USERS:
        own = [name for name in publish_subjects(user) if not name.startswith("$JS.ACK")]
        yield user.name, ", ".join(f"`{name}`" for name in own)


def _message(subject: Subject) -> Iterator[str]:
    yield from (f"### `{subject.name}`", "")
    yield from (" ".join((subject.event.__doc__ or "").split()), "")
    yield from ("| field | type | needed |", "|---|---|---|")
    for field in msgspec.structs.fields(subject.event):
        needed = "yes" if field.required else ""
        yield f"| `{field.encode_name}` | `{_type_name(field.type)}` | {needed} |"
    yield ""


def _type_name(kind: Any) -> str:
    name = kind.__name__ if isinstance(kind, type) and not hasattr(kind, "__args__") else str(kind)
    for prefix in ("events.", "datetime.", "typing."):
        name = name.replace(prefix, "")
    for module in ("runs", "work", "downloads", "observed", "security", "letters"):
        name = name.replace(f"{module}.", "")
    return name.replace("|", "or")


def methodology_page() -> str:
    """Return the page of the scores: rules from the definitions, figures as last evaluated."""
    methodology = importlib.import_module("evaluation.methodology")
    figures = methodology.figures_in((CHECKOUT / "docs/methodology.md").read_text())
    return str(methodology.render(figures))


def readme(folder: str, package: str) -> Callable[[], str]:
    """Return what makes a service's README with its table of settings renewed."""

    def made() -> str:
        text = (CHECKOUT / folder / "README.md").read_text()
        before, _, rest = text.partition(TABLE_BEGINS)
        after = rest.partition(TABLE_ENDS)[2]
        table = settings_table(importlib.import_module(f"{package}.settings").Settings)
        return f"{before}{TABLE_BEGINS}\n{table}\n{TABLE_ENDS}{after}"

    return made


FILES: dict[str, Callable[[], str]] = {
    "docs/asyncapi.json": asyncapi,
    "docs/decisions/README.md": decisions_page,
    "docs/events.md": events_page,
    "docs/methodology.md": methodology_page,
    "docs/metrics.md": metrics_page,
    "docs/values.md": values_page,
    "deploy/nats/nats.conf": production_config,
    "deploy/nats/users.conf": users_config,
    "deploy/compose/compose.yaml": compose_file,
    "deploy/compose/env.example": image_values,
    "deploy/compose/settings.env.example": settings_example,
    "deploy/compose/nats.conf": compose_nats,
    "deploy/compose/secrets.sh": compose_secrets,
    "deploy/systemd/settings.env.example": settings_example,
    "deploy/systemd/install.sh": install_script,
    "deploy/systemd/nats.conf": nats_config,
    "deploy/systemd/secrets.sh": systemd_secrets,
    **{f"deploy/systemd/{name}": made for name, made in units().items()},
    "deploy/k8s/base/jobs/cron.yaml": cron_jobs,
    "deploy/k8s/components/scaling/consumers.yaml": scaling_rules,
    **{
        f"deploy/grafana/{name}.json": partial(dashboard, each) for name, each in DASHBOARDS.items()
    },
    "frontend/js/flagged.js": flagged_module,
    "frontend/js/flagged-rules.js": rules_module,
    "frontend/js/warnings.js": warnings_module,
    **pages(),
    **{f"{folder}/README.md": readme(folder, name) for folder, name in WITH_SETTINGS.items()},
}


def main(arguments: list[str]) -> int:
    """Write all files, or with `--check` name those that are not current."""
    stale = [name for name, make in FILES.items() if not _current(CHECKOUT / name, make())]
    if "--check" not in arguments:
        for name in stale:
            (CHECKOUT / name).write_text(FILES[name]())
        return 0
    for name in stale:
        sys.stderr.write(f"{name} is not current: run `make generate`\n")
    return int(bool(stale))


def _current(file: Path, text: str) -> bool:
    return file.exists() and file.read_text() == text


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
