"""The manifests' scaling rules, from the one definition beside the topology."""

import textwrap
from collections.abc import Iterator

from events.scaling import SCALED, Scaling
from events.topology import Durable

RULE = """\
{reason}
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: {{ name: {service} }}
spec:
  scaleTargetRef: {{ name: {service} }}
  minReplicaCount: 1
  maxReplicaCount: {most}
  pollingInterval: 15
  cooldownPeriod: 120
  fallback: {{ failureThreshold: 4, replicas: 1 }}
  triggers:
{triggers}"""

TRIGGER = """\
    - type: nats-jetstream
      metadata:
        natsServerMonitoringEndpoint: nats-headless.pypi-stats.svc.cluster.local:8222
        account: $G
        stream: {stream}
        consumer: {consumer}
        lagThreshold: "{lag}"
        activationLagThreshold: "1"
"""

HEAD = """\
# Made by `make generate` from libs/events/src/events/scaling.py; do not edit.
# A consumer that does not exist counts as endless lag: the bootstrap job comes first.
"""


def scaling_rules() -> str:
    """Return one ScaledObject for each service that follows its lag."""
    return HEAD + "---\n".join(_rule(scaling) for scaling in SCALED)


def _rule(scaling: Scaling) -> str:
    return RULE.format(
        reason="\n".join(_comment(scaling.reason)),
        service=scaling.service,
        most=scaling.most_replicas,
        triggers="".join(_trigger(durable, lag) for durable, lag in scaling.durables),
    )


def _comment(text: str) -> Iterator[str]:
    return (f"# {line}" for line in textwrap.wrap(text, 96))


def _trigger(durable: Durable, lag: int) -> str:
    return TRIGGER.format(stream=durable.stream, consumer=durable.name, lag=lag)
