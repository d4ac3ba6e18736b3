"""How many of each service run: by which consumer's lag, up to how many, and why not more.

From here comes the scaling component of the manifests. Lag is what waits in the stream and what
was handed out without an acknowledgement.
"""

from dataclasses import dataclass

from events.topology import (
    CACHE_WARMER,
    INGEST_DOWNLOADS,
    INGEST_GITHUB,
    SCORER,
    SECURITY_SCAN,
    Durable,
    durable,
)


@dataclass(frozen=True)
class Scaling:
    """One service's rule: its consumers, each with the lag that one replica is to carry."""

    service: str
    lag_per_replica: dict[str, int]
    """Durable to the messages that may wait for each replica."""
    most_replicas: int
    reason: str
    """Why these numbers, and what more replicas would cost the sources or the stores."""

    @property
    def durables(self) -> tuple[tuple[Durable, int], ...]:
        """The consumers, each with the lag for one replica; KeyError for one that is none."""
        return tuple((durable(name), lag) for name, lag in self.lag_per_replica.items())


SCALED = (
    Scaling(
        SCORER,
        {
            "scorer-daily": 200,
            "scorer-breakdown": 400,
            "scorer-packages": 200,
            "scorer-repos": 200,
            "scorer-security": 200,
        },
        3,
        "A night at 886,000 packages is 886 messages of counts. The batches of one run share the "
        "row that counts them, and one finisher at a time merges, so a fourth replica would only "
        "wait. Each opens eight connections to PostgreSQL; the sources are not asked.",
    ),
    Scaling(
        SECURITY_SCAN,
        {"security-scan-work": 100},
        4,
        "A night at 886,000 packages is 886 pieces of work that need nothing but a processor. "
        "Each new replica fetches the advisory archive once, so OSV sees at most four downloads.",
    ),
)
"""Services whose number follows their consumers' lag, from one replica on."""

SINGLE = {
    INGEST_DOWNLOADS: "A run is read by one process, which counts the source's queries an hour; "
    "a second one would ask the source twice as much.",
    INGEST_GITHUB: "GitHub's limits, by the hour and by the minute, are counted in the process; a "
    "second one would break them. More tokens make the one faster.",
    CACHE_WARMER: "A generation is made ready once; its pages are asked for side by side already.",
}
"""Services that run once, each with the reason."""
