"""The rules each part keeps: what a pod may do, how it is asked, how it goes."""

import pytest
from rendering import Overlay, Workload

from events.scaling import SCALED, SINGLE

GRACE_BEYOND = 5
"""Seconds uvicorn may take after GRACEFUL_TIMEOUT (servicekit.serve)."""


def graceful_timeout(workload: Workload) -> float:
    from servicekit.settings import ServiceSettings

    given = {each["name"]: each.get("value") for each in workload.environment}
    usual = ServiceSettings.model_fields["graceful_timeout"].default
    return float(given.get("GRACEFUL_TIMEOUT") or usual)


def test_no_pod_may_do_more_than_run(overlay: Overlay) -> None:
    for each in overlay.workloads:
        pod, own = each.pod["securityContext"], each.container["securityContext"]
        assert pod["runAsNonRoot"] and isinstance(pod["runAsUser"], int) and pod["runAsUser"] > 0
        assert pod["seccompProfile"] == {"type": "RuntimeDefault"}, each.name
        assert own["allowPrivilegeEscalation"] is False
        assert own["readOnlyRootFilesystem"] is True
        assert own["capabilities"] == {"drop": ["ALL"]}
        assert each.pod["automountServiceAccountToken"] is False
        assert each.pod["enableServiceLinks"] is False, "a Service's name must set no variable"


def test_every_part_has_an_account_of_its_own_that_no_token_goes_with(overlay: Overlay) -> None:
    for each in overlay.workloads:
        account = overlay.named("ServiceAccount", each.pod["serviceAccountName"])
        assert account["automountServiceAccountToken"] is False
    names = [each.pod["serviceAccountName"] for each in overlay.deployments]
    assert len(set(names)) == len(names)


def test_every_container_says_what_it_needs_and_no_processor_is_throttled(overlay: Overlay) -> None:
    for each in overlay.workloads:
        resources = each.container["resources"]
        assert set(resources["requests"]) == {"cpu", "memory"}
        assert set(resources["limits"]) == {"memory"}, each.name


def test_what_may_be_written_is_bounded(overlay: Overlay) -> None:
    for each in overlay.workloads:
        volumes = {
            volume["name"]: volume["emptyDir"]["sizeLimit"] for volume in each.pod["volumes"]
        }
        assert {mount["name"] for mount in each.container["volumeMounts"]} == set(volumes)


def test_only_readiness_asks_neighbours(overlay: Overlay) -> None:
    for each in overlay.deployments:
        paths = {
            kind: each.container[f"{kind}Probe"]["httpGet"]["path"]
            for kind in ("startup", "readiness", "liveness")
        }
        deep = "/healthz" if each.name == "website" else "/readyz"
        assert paths == {"startup": "/healthz", "readiness": deep, "liveness": "/healthz"}


def test_a_pod_is_given_longer_than_its_slowest_handler_may_take(overlay: Overlay) -> None:
    for each in overlay.deployments:
        stop = each.container.get("lifecycle", {}).get("preStop", {})
        drain = stop.get("sleep", {}).get("seconds", 0)
        needed = graceful_timeout(each) + GRACE_BEYOND + drain
        assert each.pod["terminationGracePeriodSeconds"] > needed, each.name


def test_what_visitors_reach_drains_before_it_stops(overlay: Overlay) -> None:
    for service in overlay.of("Service"):
        (pods,) = [each for each in overlay.deployments if each.name == service["metadata"]["name"]]
        assert "preStop" in pods.container["lifecycle"]
        assert service["spec"]["selector"].items() <= pods.labels.items()


def test_a_roll_out_takes_nothing_away_first(overlay: Overlay) -> None:
    for each in overlay.deployments:
        assert each.spec["strategy"]["rollingUpdate"] == {"maxUnavailable": 0, "maxSurge": 1}
        budget = overlay.named("PodDisruptionBudget", each.name)["spec"]
        assert budget["maxUnavailable"] == 1
        assert budget["selector"]["matchLabels"].items() <= each.labels.items()


def test_pods_spread_over_zones_and_machines(overlay: Overlay) -> None:
    for each in overlay.deployments:
        spread = each.pod["topologySpreadConstraints"]
        assert {one["topologyKey"] for one in spread} == {
            "topology.kubernetes.io/zone",
            "kubernetes.io/hostname",
        }
        assert all(
            one["labelSelector"]["matchLabels"].items() <= each.labels.items() for one in spread
        )


def test_everything_is_closed_but_what_a_part_names(overlay: Overlay) -> None:
    closed = overlay.named("NetworkPolicy", "default-deny")["spec"]
    assert closed == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    policies = {each["metadata"]["name"]: each["spec"] for each in overlay.of("NetworkPolicy")}
    for each in overlay.workloads:
        name = each.labels["app.kubernetes.io/name"]
        own = policies[name]
        assert own["podSelector"]["matchLabels"] == {"app.kubernetes.io/name": name}
        assert own["policyTypes"] == ["Ingress", "Egress"]
        assert all("to" in rule and "ports" in rule for rule in own.get("egress", []))


def test_only_those_who_read_sources_may_leave_the_cluster(overlay: Overlay) -> None:
    outward = {
        policy["metadata"]["name"]
        for policy in overlay.of("NetworkPolicy")
        if any(
            "ipBlock" in to
            for rule in policy["spec"].get("egress", [])
            for to in rule.get("to", [])
        )
    }
    assert outward == {"ingest-downloads", "ingest-github", "security-scan", "cache-warmer"}


def test_both_ends_of_every_connection_allow_it(overlay: Overlay) -> None:
    """Who may call a store by its own policy is whom the store's policy lets in."""
    policies = {each["metadata"]["name"]: each["spec"] for each in overlay.of("NetworkPolicy")}
    for store, port in (("nats", 4222), ("valkey", 6379), ("postgres", 5432)):
        callers = {
            name
            for name, spec in policies.items()
            if name != store
            and any({"port": port} in rule.get("ports", []) for rule in spec.get("egress", []))
        }
        (welcome,) = [
            set(expression["values"])
            for rule in policies[store]["ingress"]
            if {"port": port} in rule["ports"]
            for sender in rule["from"]
            for expression in sender.get("podSelector", {}).get("matchExpressions", [])
        ]
        assert callers == welcome, store


def test_who_is_scaled_has_no_number_of_its_own(production: Overlay) -> None:
    scaled = {each["spec"]["scaleTargetRef"]["name"] for each in production.of("ScaledObject")}
    assert scaled == {scaling.service for scaling in SCALED}
    owned = scaled | {"api"}
    for each in production.deployments:
        assert ("replicas" in each.spec) == (each.name not in owned), each.name
        if each.name in SINGLE:
            assert each.spec["replicas"] == 1


@pytest.mark.parametrize("kind", ["downloads", "metadata", "security"])
def test_a_schedule_never_runs_twice_at_once_nor_asks_again_what_was_answered(
    overlay: Overlay, kind: str
) -> None:
    spec = overlay.named("CronJob", f"collect-{kind}")["spec"]
    assert spec["timeZone"] == "Etc/UTC"
    assert spec["concurrencyPolicy"] == "Forbid"
    job = spec["jobTemplate"]["spec"]
    (rule,) = job["podFailurePolicy"]["rules"]
    assert rule["onExitCodes"]["values"] == [3, 4]
    assert {"startingDeadlineSeconds"} <= set(spec)
    assert {"activeDeadlineSeconds", "ttlSecondsAfterFinished", "backoffLimit"} <= set(job)
