"""Names in the manifests are the code's: settings, modules, users, streams, ports, secrets."""

import importlib
import importlib.util

import pytest
import yaml
from pydantic import SecretStr
from rendering import EXAMPLE, K8S, Overlay, Workload, assignments, explained, mentioned

from events.permissions import password_variable
from events.scaling import SCALED, SINGLE
from events.topology import BOOTSTRAP, DURABLES, OPERATOR, USERS
from operate.runs import EXIT_STATUS
from servicekit.settings import ServiceSettings

SETTINGS = {
    "api": "api.settings:Settings",
    "api.website": "api.settings:Settings",
    "cache_warmer": "cache_warmer.settings:Settings",
    "ingest_downloads": "ingest_downloads.settings:Settings",
    "ingest_github": "ingest_github.settings:Settings",
    "operate": "operate.settings:Settings",
    "scorer": "scorer.settings:Settings",
    "scorer.migrate": "scorer.migrate:MigrationSettings",
    "security_scan": "security_scan.settings:Settings",
    "servicekit.bootstrap": "servicekit.bootstrap:BootstrapSettings",
}
"""Module that a container runs, to what reads its environment."""


def module(workload: Workload) -> str:
    python, flag, name = workload.command[:3]
    assert (python, flag) == ("python", "-m")
    return name


def known_variables(workload: Workload) -> set[str]:
    place, _, name = SETTINGS[module(workload)].partition(":")
    fields = getattr(importlib.import_module(place), name).model_fields
    return {field.upper() for field in fields}


def test_every_command_is_a_module_that_can_be_run(overlay: Overlay) -> None:
    for each in overlay.workloads:
        name = module(each)
        found = importlib.util.find_spec(name)
        assert found is not None, name
        is_package = found.submodule_search_locations is not None
        assert not is_package or importlib.util.find_spec(f"{name}.__main__"), name


def test_every_variable_is_a_setting_or_part_of_one(overlay: Overlay) -> None:
    for each in overlay.workloads:
        parts = {part for one in each.environment for part in mentioned(one.get("value") or "")}
        given = {one["name"] for one in each.environment}
        assert parts <= given, f"{each.name}: {parts - given} is mentioned and not given"
        assert given - parts <= known_variables(each), each.name


def test_a_part_of_an_address_is_given_before_it(overlay: Overlay) -> None:
    """Kubernetes fills in only what stands above."""
    for each in overlay.workloads:
        seen: set[str] = set()
        for one in each.environment:
            assert set(mentioned(one.get("value") or "")) <= seen
            seen.add(one["name"])


def test_each_value_reaches_the_setting_it_is_meant_for(overlay: Overlay) -> None:
    for each in overlay.workloads:
        place, _, name = SETTINGS[module(each)].partition(":")
        settings = getattr(importlib.import_module(place), name)
        given = {one["name"].lower(): one.get("value", "x") or "" for one in each.environment}
        wanted = {key: value for key, value in given.items() if key in settings.model_fields}
        read = settings(**wanted)  # raises where a value is of the wrong kind
        assert read.model_fields_set == set(wanted)
        for key, value in wanted.items():
            assert shown(getattr(read, key)) == value, f"{each.name}: {key}"


def shown(value: object) -> str:
    """Return a setting as a manifest writes it."""
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).lower() if isinstance(value, bool) else str(value)


def test_every_user_of_the_bus_has_a_password_of_its_own(overlay: Overlay) -> None:
    reading = {
        each["valueFrom"]["secretKeyRef"]["name"]
        for workload in overlay.workloads
        for each in workload.environment
        if each["name"] == "NATS_PASSWORD"
    }
    assert reading == {user.name for user in USERS}
    for user in USERS:
        assert "NATS_PASSWORD" in overlay.named("Secret", user.name)["data"]
        assert password_variable(user.name) in overlay.named("Secret", "nats")["data"]
    assert {BOOTSTRAP, OPERATOR} < reading


def test_every_secret_that_is_read_exists_and_no_part_reads_anothers(overlay: Overlay) -> None:
    for each in overlay.workloads:
        holders = set()
        for one in each.environment:
            reference = one.get("valueFrom", {}).get("secretKeyRef")
            if reference is None:
                continue
            holders.add(reference["name"])
            data = overlay.named("Secret", reference["name"])["data"]
            # The example leaves optional ones empty, which a cluster reads as absent.
            assert data.get(reference["key"]) or reference.get("optional"), reference
        allowed = {"migrations": "scorer"}.get(each.name, each.name)
        allowed = OPERATOR if module(each) == "operate" else allowed
        assert holders <= {allowed}, each.name


def test_nothing_secret_stands_in_plain_sight(overlay: Overlay) -> None:
    for each in overlay.workloads:
        for one in each.environment:
            words = ("PASSWORD", "TOKEN", "SECRET")
            assert not any(word in one["name"] for word in words) or "valueFrom" in one, one


def test_every_line_an_operator_fills_in_is_explained_and_used() -> None:
    used = "".join(file.read_text() for file in (K8S / "values").glob("*.yaml"))
    values = K8S / "overlays" / "production" / "values.env"
    for file in (values, EXAMPLE):
        for name, commented in explained(file):
            assert commented, f"{name} is not explained in {file.name}"
            assert f"data.{name} " in used, f"{name} of {file.name} goes nowhere"


def test_both_overlays_ask_for_the_same_values() -> None:
    production, local = (
        assignments(K8S / "overlays" / each / "values.env") for each in ("production", "local")
    )
    assert list(production) == list(local)


def test_production_runs_images_by_digest_alone(production: Overlay) -> None:
    for each in production.workloads:
        assert "@sha256:" in each.container["image"], each.name


def test_each_container_runs_its_own_image(overlay: Overlay) -> None:
    images = {"website": "api", "migrations": "scorer", "bootstrap": "scorer"}
    for each in overlay.workloads:
        wanted = "operate" if module(each) == "operate" else images.get(each.name, each.name)
        assert f"pypi-stats/{wanted}" in each.container["image"]


def test_ports_are_the_ones_the_processes_listen_on(overlay: Overlay) -> None:
    for each in overlay.deployments:
        given = {one["name"]: one.get("value") for one in each.environment}
        port, *others = each.container["ports"]
        assert str(port["containerPort"]) == given["HTTP_PORT"]
        assert given["HTTP_HOST"] == "0.0.0.0"
        assert [str(one["containerPort"]) for one in others] == [
            given[name] for name in ("METRICS_PORT",) if name in given
        ]
        probes = [each.container[f"{kind}Probe"] for kind in ("startup", "readiness", "liveness")]
        assert {probe["httpGet"]["port"] for probe in probes} == {port["name"]}


def test_addresses_of_services_are_ones_that_exist(overlay: Overlay) -> None:
    kept = {"nats": "4222", "valkey": "6379", "postgres-rw": "5432", "postgres-ro": "5432"}
    own = {
        each["metadata"]["name"]: str(each["spec"]["ports"][0]["port"])
        for each in overlay.of("Service")
    }
    for each in overlay.workloads:
        for one in each.environment:
            address = (one.get("value") or "").rpartition("@")[2].rpartition("://")[2]
            host, _, port = address.partition("/")[0].partition(":")
            if one["name"] in {"NATS_URL", "DATABASE_URL", "REDIS_URL", "API_URL"}:
                assert (kept | own)[host] == port, one


def test_scaling_follows_consumers_that_the_bootstrap_makes(production: Overlay) -> None:
    durables = {each.name: each for each in DURABLES}
    for rule in production.of("ScaledObject"):
        (scaling,) = [each for each in SCALED if each.service == rule["metadata"]["name"]]
        assert rule["spec"]["maxReplicaCount"] == scaling.most_replicas
        for trigger in rule["spec"]["triggers"]:
            data = trigger["metadata"]
            assert set(data) == {
                "account", "activationLagThreshold", "consumer", "lagThreshold",
                "natsServerMonitoringEndpoint", "stream",
            }  # fmt: skip
            consumer = durables[data["consumer"]]
            assert (consumer.stream, consumer.user) == (data["stream"], scaling.service)
            assert int(data["lagThreshold"]) == scaling.lag_per_replica[consumer.name]


def test_every_service_on_the_bus_is_scaled_or_has_a_reason_not_to_be() -> None:
    scaled = {scaling.service for scaling in SCALED}
    reading = {user.name for user in USERS if user.durables}
    assert scaled | set(SINGLE) == reading
    assert not scaled & set(SINGLE)


def test_the_charts_values_name_every_user_and_no_other() -> None:
    values = yaml.safe_load((K8S / "distributions" / "nats.yaml").read_text())
    wanted = {password_variable(user.name) for user in USERS}
    assert set(values["container"]["env"]) == wanted
    for name, source in values["container"]["env"].items():
        assert source == {"valueFrom": {"secretKeyRef": {"name": "nats", "key": name}}}


def test_schedules_ask_for_every_kind_that_comes_by_itself(overlay: Overlay) -> None:
    asked = {
        each.command[5]
        for each in overlay.workloads
        if each.kind == "CronJob" and "request" in each.command
    }
    assert asked == {"downloads", "metadata", "security"}
    assert {3, 4} <= set(EXIT_STATUS.values())


@pytest.mark.parametrize("variable", ["HTTP_HOST", "HTTP_PORT"])
def test_the_common_settings_are_what_the_manifests_call_them(variable: str) -> None:
    assert variable.lower() in ServiceSettings.model_fields
