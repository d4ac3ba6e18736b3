"""Grafana's dashboards as code: what an operator asks first, panel by panel.

Each panel is a question, the query that answers it, and a unit; layout is computed.
"""

import json
from dataclasses import dataclass
from typing import Any

WIDTH, HEIGHT, COLUMNS = 8, 7, 3
"""Of a panel, in Grafana's grid of 24 columns."""


@dataclass(frozen=True)
class Panel:
    """One question and its answer over time."""

    title: str
    query: str
    legend: str = ""
    unit: str = "short"
    meaning: str = ""


@dataclass(frozen=True)
class Dashboard:
    """A page of panels, in reading order."""

    title: str
    uid: str
    panels: tuple[Panel, ...]


NIGHT = Dashboard(
    "PyPI Stats: the night",
    "pypi-stats-night",
    (
        Panel(
            "Is tonight's run done?",
            "time() - max by (kind) (pypi_stats_run_day_seconds)",
            "{{kind}}",
            "s",
            "Age of the newest day that readers have. Just after a night it is a day and some "
            "hours; it grows until the next run ends.",
        ),
        Panel(
            "Runs by status",
            'max by (kind, status) (pypi_stats_runs{status!="complete"})',
            "{{kind}} {{status}}",
            meaning="Open while at work; held waits for an operator.",
        ),
        Panel(
            "Lag by consumer",
            "sum by (consumer_name) (max by (stream_name, consumer_name) "
            "(nats_consumer_num_pending + nats_consumer_num_ack_pending))",
            "{{consumer_name}}",
            meaning="Messages waiting in the stream or handed out, as NATS's exporter tells.",
        ),
        Panel(
            "Messages handled a second",
            "sum by (app_name, handler) (rate(faststream_received_processed_messages_total[5m]))",
            "{{app_name}} {{handler}}",
            "ops",
        ),
        Panel(
            "Messages refused or given back",
            "sum by (app_name, handler, status) (rate(faststream_received_processed_messages_total"
            '{status!="acked"}[5m]))',
            "{{app_name}} {{handler}} {{status}}",
            "ops",
        ),
        Panel(
            "How long a message takes, 95th percentile",
            "histogram_quantile(0.95, sum by (app_name, handler, le) "
            "(rate(faststream_received_processed_messages_duration_seconds_bucket[5m])))",
            "{{app_name}} {{handler}}",
            "s",
        ),
        Panel("Dead letters", "max(pypi_stats_dead_letters)"),
        Panel("Oldest unsent message", "max(pypi_stats_outbox_oldest_seconds)", unit="s"),
        Panel(
            "ClickHouse queries of the last hour",
            "sum(pypi_stats_clickhouse_queries)",
            meaning="The public server grants 300.",
        ),
        Panel(
            "Runs read from the source",
            "sum by (kind, outcome) (increase(pypi_stats_ingest_runs_total[1d]))",
            "{{kind}} {{outcome}}",
        ),
        Panel(
            "How long reading the source took",
            "max by (kind) (pypi_stats_ingest_seconds)",
            "{{kind}}",
            "s",
        ),
        Panel(
            "Requests to PyPI and GitHub",
            "sum by (source, outcome) (rate(ingest_github_requests_total[5m]))",
            "{{source}} {{outcome}}",
            "reqps",
        ),
        Panel(
            "GitHub's quota left",
            "sum(ingest_github_quota_left)",
            meaning="Requests of all tokens in their hour; it is spread over the hour on purpose.",
        ),
        Panel(
            "Looks at packages and repositories",
            "sum by (of, outcome) (rate(ingest_github_looks_total[5m]))",
            "{{of}} {{outcome}}",
            "ops",
        ),
        Panel("Generation published", "max(pypi_stats_generation)"),
        Panel("Generation made ready", "max(pypi_stats_warm_generation)"),
    ),
)

API = Dashboard(
    "PyPI Stats: the API",
    "pypi-stats-api",
    (
        Panel(
            "Responses a second, by status",
            "sum by (status) (rate(api_responses_total[5m]))",
            "{{status}}",
            "reqps",
        ),
        Panel(
            "Requests a second, by route",
            "sum by (route) (rate(api_request_seconds_count[5m]))",
            "{{route}}",
            "reqps",
        ),
        Panel(
            "How long requests take, by route: 50th percentile",
            "histogram_quantile(0.5, sum by (route, le) "
            '(rate(api_request_seconds_bucket{route=~"/api/.*"}[5m])))',
            "{{route}}",
            "s",
        ),
        Panel(
            "How long requests take, by route: 99th percentile",
            "histogram_quantile(0.99, sum by (route, le) "
            '(rate(api_request_seconds_bucket{route=~"/api/.*"}[5m])))',
            "{{route}}",
            "s",
            "Answers from memory, Redis and PostgreSQL together; exports last as long as their "
            "reader takes.",
        ),
        Panel(
            "Share of answers from a cache",
            'sum(rate(api_answers_total{source=~"memory|redis"}[5m])) '
            "/ sum(rate(api_answers_total[5m]))",
            unit="percentunit",
        ),
        Panel(
            "Where answers were found",
            "sum by (source) (rate(api_answers_total[5m]))",
            "{{source}}",
            "reqps",
        ),
        Panel(
            "Making an answer no cache had, 50th percentile",
            "histogram_quantile(0.5, sum by (le) (rate(api_making_seconds_bucket[5m])))",
            unit="s",
        ),
        Panel(
            "Making an answer no cache had, 99th percentile",
            "histogram_quantile(0.99, sum by (le) (rate(api_making_seconds_bucket[5m])))",
            unit="s",
        ),
        Panel(
            "Refused by the rate limit",
            "sum by (budget) (rate(api_limited_total[5m]))",
            "{{budget}}",
            "reqps",
        ),
        Panel("Generation shown, by process", "api_generation", "{{pod}}"),
        Panel("Answers in memory", "api_memory_bytes", "{{pod}}", "bytes"),
        Panel("Processes without the shared cache", "sum(api_redis_away)"),
        Panel(
            "Pages made ready for the newest generation",
            "max by (outcome) (pypi_stats_warm_pages)",
            "{{outcome}}",
        ),
        Panel("How long making them ready took", "max(pypi_stats_warm_seconds)", unit="s"),
    ),
)

DASHBOARDS = {"night": NIGHT, "api": API}
"""File of each dashboard below deploy/grafana, without its ending."""


def dashboard(page: Dashboard) -> str:
    """Return Grafana's own JSON of a dashboard."""
    document = {
        "uid": page.uid,
        "title": page.title,
        "tags": ["pypi-stats"],
        "timezone": "utc",
        "schemaVersion": 39,
        "refresh": "1m",
        "time": {"from": "now-24h", "to": "now"},
        "templating": {"list": [_data_source()]},
        "panels": [_panel(number, panel) for number, panel in enumerate(page.panels)],
    }
    return json.dumps(document, indent=1) + "\n"


def _data_source() -> dict[str, Any]:
    return {"name": "source", "label": "Prometheus", "type": "datasource", "query": "prometheus"}


def _panel(number: int, panel: Panel) -> dict[str, Any]:
    row, column = divmod(number, COLUMNS)
    target = {"refId": "A", "expr": panel.query, "legendFormat": panel.legend or panel.title}
    return {
        "id": number + 1,
        "type": "timeseries",
        "title": panel.title,
        "description": panel.meaning,
        "datasource": {"type": "prometheus", "uid": "${source}"},
        "gridPos": {"x": column * WIDTH, "y": row * HEIGHT, "w": WIDTH, "h": HEIGHT},
        "fieldConfig": {"defaults": {"unit": panel.unit, "min": 0}, "overrides": []},
        "targets": [target],
    }
