"""What an operator watches: what was asked of whom, and how it ended."""

from collections import Counter as Counts
from collections.abc import Callable, Iterable

from prometheus_client import CollectorRegistry, Counter, Gauge

from events import Outcome


class ReadMetrics:
    """Counters of requests and of what they were made for."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._requests = Counter(
            "ingest_github_requests",
            "Requests by source (pypi, github) and how each ended.",
            ["source", "outcome"],
            registry=registry,
        )
        self._looks = Counter(
            "ingest_github_looks",
            "Packages and repositories looked at, by how the look ended.",
            ["of", "outcome"],
            registry=registry,
        )

        self._quota = Gauge(
            "ingest_github_quota_left",
            "Requests that GitHub still grants all tokens together in their hour.",
            registry=registry,
        )

    def watch(self, requests_left: Callable[[], float]) -> None:
        """Tell the quota that a client knows of."""
        self._quota.set_function(requests_left)

    def requested(self, source: str, by_outcome: Counts[str]) -> None:
        """Add the requests of one piece of work."""
        for outcome, count in by_outcome.items():
            self._requests.labels(source, str(outcome)).inc(count)

    def looked(self, of: str, outcomes: Iterable[Outcome]) -> None:
        """Add looks at packages or repositories."""
        for outcome, count in Counts(outcomes).items():
            self._looks.labels(of, str(outcome)).inc(count)
