"""What every service on the bus counts of its messages, beside what FastStream counts."""

from prometheus_client import CollectorRegistry, Counter


class BusMetrics:
    """Counters of one process."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.redelivered = Counter(
            "bus_redelivered_messages",
            "Deliveries after a message's first: it failed, or nobody answered for it in time.",
            ["consumer"],
            registry=registry,
        )
