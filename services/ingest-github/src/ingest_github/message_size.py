"""Keeping a message of observations below what the bus carries."""

from collections.abc import Sequence

import msgspec
from msgspec.structs import replace

from events import PackageFacts, PackageObservation
from events.message_size import LARGEST_BODY


def within_payload(
    observations: Sequence[PackageObservation], largest: int = LARGEST_BODY
) -> list[PackageObservation]:
    """Return the observations, the largest of them shortened until all fit.

    A shortened one keeps its dates, counts and licence; its lists end earlier. A hundred
    shortened ones are below 900 kB whatever PyPI says of them.
    """
    sizes = [len(msgspec.json.encode(each)) for each in observations]
    fitting = list(observations)
    for place in sorted(range(len(fitting)), key=lambda place: -sizes[place]):
        if sum(sizes) <= largest:
            break
        fitting[place] = shortened(fitting[place])
        sizes[place] = len(msgspec.json.encode(fitting[place]))
    return fitting


def shortened(observation: PackageObservation) -> PackageObservation:
    """Return an observation of at most about 8 kB."""
    facts = observation.facts
    return observation if facts is None else replace(observation, facts=_short(facts))


def _short(facts: PackageFacts) -> PackageFacts:
    return replace(
        facts,
        classifiers=facts.classifiers[:20],
        keywords=facts.keywords[:8],
        links=dict(list(facts.links.items())[:6]),
        owners=facts.owners[:8],
        maintainers=facts.maintainers[:4],
        dependencies=facts.dependencies[:60],
        extra_dependencies=facts.extra_dependencies[:30],
        releases=facts.releases[:10],
        vulnerabilities=facts.vulnerabilities[:20],
    )
