"""Alerts played over time by Prometheus's own `promtool`: when each fires, and when not yet."""

import re
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import yaml
from rendering import K8S, outcome

from devstack.commands.debian import PROGRAMS

SPEC = yaml.safe_load((K8S / "components" / "monitoring" / "rules.yaml").read_text())["spec"]
RULES = {rule["alert"]: rule for group in SPEC["groups"] for rule in group["rules"]}

REJECTED = (
    'faststream_received_processed_messages_total{app_name="scorer",handler="downloads.daily",'
    'status="rejected"}'
)
SEARCH = 'route="/api/search",method="GET",status="2xx"'
STUCK = '{stream_name="DOWNLOADS",consumer_name="scorer-daily"}'


@dataclass(frozen=True)
class Case:
    """Series a minute apart, in promtool's notation, and what comes of them."""

    alert: str
    series: dict[str, str]
    quiet: str
    """A time at which it must not fire."""
    fires: str
    labels: dict[str, str] = field(default_factory=dict)
    value: str = ""


def newest_day(kind: str, age_at_noon_hours: int) -> dict[str, str]:
    """The clock begins at midnight; a constant day grows old with it."""
    day = (12 - age_at_noon_hours) * 3600
    return {f'pypi_stats_run_day_seconds{{kind="{kind}"}}': f"{day}+0x1000"}


CASES = (
    Case("NightNotDone", newest_day("downloads", 60), "12h10m", "12h20m"),
    Case("SecurityNotDone", newest_day("security", 60), "12h10m", "12h20m"),
    Case("MetadataNotDone", newest_day("metadata", 84), "12h10m", "12h20m"),
    Case(
        "SourceLate",
        {'pypi_stats_runs{kind="downloads",status="held"}': "1+0x200"},
        "1h55m",
        "2h5m",
        {"kind": "downloads"},
    ),
    Case("ScorerUnseen", {"pypi_stats_generation": "7+0x30 _x60"}, "40m", "50m"),
    Case(
        "ConsumerStuck",
        {
            f"nats_consumer_num_pending{STUCK}": "5+0x90",
            f"nats_consumer_delivered_consumer_seq{STUCK}": "0+1x30 30+0x60",
        },
        "45m",
        "65m",
        {"stream_name": "DOWNLOADS", "consumer_name": "scorer-daily"},
    ),
    Case("DeadLetters", {"pypi_stats_dead_letters": "3+0x20"}, "4m", "6m", value="3"),
    Case(
        "DeliveredAgain",
        {'bus_redelivered_messages_total{consumer="scorer-daily"}': "0+5x90"},
        "20m",
        "45m",
        {"consumer": "scorer-daily"},
    ),
    Case(
        "MessagesRejected",
        {REJECTED: "_x30 1+0x100"},
        "29m",
        "32m",
        {"app_name": "scorer", "handler": "downloads.daily"},
    ),
    Case("OutboxWaiting", {"pypi_stats_outbox_oldest_seconds": "0+60x60"}, "14m", "17m"),
    Case(
        "CacheBehind",
        {
            "pypi_stats_generation": "5+0x60",
            'api_generation{pod="a"}': "5+0x60",
            'api_generation{pod="b"}': "4+0x60",
        },
        "19m",
        "21m",
    ),
    Case(
        "WarmingFails",
        {
            'pypi_stats_warm_pages{outcome="failed"}': "30+0x20",
            'pypi_stats_warm_pages{outcome="ready"}': "100+0x20",
        },
        "4m",
        "6m",
    ),
    Case(
        "ApiErrors",
        {
            'api_responses_total{status="200"}': "0+90x60",
            'api_responses_total{status="503"}': "0+10x60",
        },
        "9m",
        "15m",
    ),
    Case(
        "ApiSlow",
        {
            'api_making_seconds_bucket{le="0.1"}': "0+90x60",
            'api_making_seconds_bucket{le="0.5"}': "0+100x60",
            'api_making_seconds_bucket{le="+Inf"}': "0+100x60",
        },
        "14m",
        "20m",
    ),
    Case(
        "RouteSlow",
        {
            f'api_request_seconds_bucket{{{SEARCH},le="0.25"}}': "0+60x60",
            f'api_request_seconds_bucket{{{SEARCH},le="1"}}': "0+66x60",
            f'api_request_seconds_bucket{{{SEARCH},le="+Inf"}}': "0+66x60",
            f"api_request_seconds_count{{{SEARCH}}}": "0+66x60",
            'api_request_seconds_bucket{route="/api/export/packages.csv",le="+Inf"}': "0+60x60",
            'api_request_seconds_count{route="/api/export/packages.csv"}': "0+60x60",
        },
        "14m",
        "20m",
        {"route": "/api/search"},
    ),
    Case("CacheAway", {"api_redis_away": "1+0x30"}, "9m", "11m"),
)

A_GOOD_DAY = {
    **newest_day("downloads", 36),
    **newest_day("security", 36),
    **newest_day("metadata", 36),
    'pypi_stats_runs{kind="downloads",status="complete"}': "30+0x1000",
    "pypi_stats_generation": "5+0x1000",
    "pypi_stats_dead_letters": "0+0x1000",
    "pypi_stats_outbox_oldest_seconds": "2+0x1000",
    "api_generation": "5+0x1000",
    "api_redis_away": "0+0x1000",
    'api_responses_total{status="200"}': "0+900x1000",
    f"nats_consumer_num_pending{STUCK}": "5+0x1000",
    'bus_redelivered_messages_total{consumer="scorer-daily"}': "0+1x1000",
    f"nats_consumer_delivered_consumer_seq{STUCK}": "0+1x1000",
}


def summary(case: Case) -> str:
    """What the alert says, with its labels filled in."""
    text = RULES[case.alert]["annotations"]["summary"].replace("{{ $value }}", case.value)
    return re.sub(r"\{\{ \$labels\.(\w+) \}\}", lambda match: case.labels[match[1]], text)


def as_test(case: Case) -> dict:
    labels = {**case.labels, **RULES[case.alert]["labels"]}
    firing = {"exp_labels": labels, "exp_annotations": {"summary": summary(case)}}
    return played(
        case.series,
        [
            {"eval_time": case.quiet, "alertname": case.alert, "exp_alerts": []},
            {"eval_time": case.fires, "alertname": case.alert, "exp_alerts": [firing]},
        ],
    )


def played(series: dict[str, str], expected: list[dict]) -> dict:
    given = [{"series": name, "values": values} for name, values in series.items()]
    return {"interval": "1m", "input_series": given, "alert_rule_test": expected}


def test_every_alert_fires_when_it_should_and_not_before(tmp_path: Path) -> None:
    promtool = PROGRAMS["promtool"].find()
    if promtool is None:
        pytest.skip("promtool is not here (`make promtool` takes Debian's): not played")
    quiet = [{"eval_time": "13h", "alertname": alert, "exp_alerts": []} for alert in RULES]
    (tmp_path / "rules.yaml").write_text(yaml.safe_dump({"groups": SPEC["groups"]}))
    document = {
        "rule_files": ["rules.yaml"],
        "evaluation_interval": "1m",
        "tests": [played(A_GOOD_DAY, quiet), *map(as_test, CASES)],
    }
    (tmp_path / "tests.yaml").write_text(yaml.safe_dump(document))
    tried = outcome(promtool, "test", "rules", "tests.yaml", cwd=tmp_path)
    assert tried.returncode == 0, tried.stdout + tried.stderr


def test_every_alert_is_played() -> None:
    assert [case.alert for case in CASES if case.alert not in RULES] == []
    assert {case.alert for case in CASES} == set(RULES)
