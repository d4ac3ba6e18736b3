"""Alerts and dashboards ask for what the processes really tell, and each alert can be acted on."""

import json
import re
from collections.abc import Iterator
from typing import Any

import httpx
import promql_parser
import pytest
import yaml
from rendering import K8S, ROOT, Overlay

from api.app import make_app
from api.settings import Settings as ApiSettings
from devstack.codegen.metrics_list import API_GAUGES, metrics

OWN = {series: told for told in metrics() for series in told.series}

EXPORTER = {
    "nats_consumer_num_pending",
    "nats_consumer_num_ack_pending",
    "nats_consumer_delivered_consumer_seq",
}
"""Told by the exporter that comes with NATS's chart, with stream_name and consumer_name."""

BY_THE_SCRAPE = {"pod", "namespace", "job", "instance", "le"}

RULES = [
    rule
    for group in yaml.safe_load((K8S / "components/monitoring/rules.yaml").read_text())["spec"][
        "groups"
    ]
    for rule in group["rules"]
]
PANELS = [
    panel
    for file in sorted((ROOT / "deploy" / "grafana").glob("*.json"))
    for panel in json.loads(file.read_text())["panels"]
]
QUERIES = [
    *(pytest.param(rule["expr"], id=rule["alert"]) for rule in RULES),
    *(pytest.param(panel["targets"][0]["expr"], id=panel["title"]) for panel in PANELS),
]
RUNBOOK = ROOT / "docs" / "runbook.md"


def selectors(expression: Any) -> Iterator[promql_parser.VectorSelector]:
    """Yield every series that a query reads."""
    if isinstance(expression, promql_parser.VectorSelector):
        yield expression
    if isinstance(expression, promql_parser.MatrixSelector):
        yield expression.vector_selector
    for part in ("expr", "lhs", "rhs", "args"):
        inside = getattr(expression, part, None) or []
        for each in inside if isinstance(inside, list) else [inside]:
            yield from selectors(each)


@pytest.mark.parametrize("query", QUERIES)
def test_a_query_can_be_read_and_names_series_that_are_told(query: str) -> None:
    read = list(selectors(promql_parser.parse(query)))
    assert read
    for selector in read:
        assert selector.name in OWN or selector.name in EXPORTER, selector.name
        if selector.name in OWN:
            used = {matcher.name for matcher in selector.matchers.matchers}
            assert used <= set(OWN[selector.name].labels), selector.name


@pytest.mark.parametrize("query", QUERIES)
def test_a_query_groups_by_labels_that_its_series_have(query: str) -> None:
    names = {selector.name for selector in selectors(promql_parser.parse(query))}
    known = BY_THE_SCRAPE.union(*(OWN[name].labels for name in names if name in OWN))
    known |= {"stream_name", "consumer_name"} if names & EXPORTER else set()
    for group in re.findall(r"\bby \(([^)]*)\)", query):
        assert {label.strip() for label in group.split(",")} <= known


async def test_the_api_tells_the_gauges_that_are_listed() -> None:
    transport = httpx.ASGITransport(make_app(ApiSettings(metrics_public=True)))
    async with httpx.AsyncClient(transport=transport, base_url="http://api") as client:
        answer = (await client.get("/metrics")).text
    gauges = re.findall(r"^# TYPE (\S+) gauge$", answer, re.MULTILINE)
    # Beside them stands when the histogram was made, as the client library tells it.
    assert set(gauges) - {"api_making_seconds_created"} == set(API_GAUGES)
    for name, meaning in API_GAUGES.items():
        assert f"# HELP {name} {meaning}" in answer


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_an_alert_says_in_one_sentence_what_is_wrong_and_how_urgent_it_is(rule: dict) -> None:
    assert rule["labels"]["severity"] in {"page", "ticket"}
    assert rule["annotations"]["summary"].endswith(".")
    mentioned = set(re.findall(r"\$labels\.(\w+)", rule["annotations"]["summary"]))
    kept = re.search(r"\bby \(([^)]*)\)", rule["expr"])
    assert mentioned <= {label.strip() for label in (kept.group(1).split(",") if kept else [])}


def test_the_runbook_has_an_entry_for_each_alert_and_for_no_other() -> None:
    part = RUNBOOK.read_text().partition("## Alerts\n")[2].partition("\n## ")[0]
    entries = dict(re.findall(r"^### (\w+)\n(.*?)(?=^### |\Z)", part, re.MULTILINE | re.DOTALL))
    assert set(entries) == {rule["alert"] for rule in RULES}
    for alert, text in entries.items():
        for step in ("Means", "Look", "Do"):
            assert f"- **{step}**: " in text, f"{alert} does not say: {step}"


def test_every_process_that_tells_metrics_is_asked(production: Overlay) -> None:
    (pods,) = production.of("PodMonitor")
    (expression,) = pods["spec"]["selector"]["matchExpressions"]
    asked = {*expression["values"]} | {
        each["metadata"]["name"] for each in production.of("ServiceMonitor")
    }
    assert asked == {each.name for each in production.deployments} - {"website"}


def test_grafana_is_given_every_dashboard(production: Overlay) -> None:
    dashboards = production.named("ConfigMap", "dashboards")
    assert dashboards["metadata"]["labels"]["grafana_dashboard"] == "1"
    files = {file.name for file in (ROOT / "deploy" / "grafana").glob("*.json")}
    assert set(dashboards["data"]) == files
