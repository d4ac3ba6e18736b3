"""What the cache-warmer does when a run is complete."""

import httpx
import structlog
from redis.asyncio import Redis

from cache_warmer import generations
from cache_warmer.metrics import WarmMetrics
from cache_warmer.pages import FRONT, in_order, insight_pages, package_pages
from cache_warmer.purge import purge_edge
from cache_warmer.settings import Settings
from cache_warmer.warming import Report, Warmer
from events import CacheAction, CacheOrdered, RunCompleted

FAILED_TOLD = 20
"""Failed pages named in the log; all are counted."""

LIST_PAGE = 100
"""Packages asked for at a time when the most downloaded are listed."""

log = structlog.get_logger(__name__)


async def warm_generation(
    event: RunCompleted,
    redis: Redis,
    warmer: Warmer,
    settings: Settings,
    metrics: WarmMetrics,
) -> None:
    """Make a generation's popular pages ready, move visitors to it, drop the one before."""
    if event.generation <= await generations.current(redis):
        log.info("generation is not ahead", generation=event.generation)
        return
    report = await _warmed(event.generation, redis, warmer, settings)
    if await generations.move_forward(redis, event.generation):
        await purge_edge(settings)
    dropped = await generations.drop_before(redis, event.generation)
    metrics.note(report)
    _tell("generation warm", report, dropped)


async def carry_out(
    event: CacheOrdered,
    redis: Redis,
    warmer: Warmer,
    settings: Settings,
    metrics: WarmMetrics,
) -> None:
    """Do what an operator ordered, for the generation that visitors see."""
    log.info("cache ordered", action=event.action, reason=event.reason)
    generation = await generations.current(redis)
    if generation == 0:
        log.warning("nothing was published yet: there is no page to make ready")
        return
    dropped = 0
    if event.action is CacheAction.PURGE:
        dropped = await generations.drop_all(redis)
        await purge_edge(settings)
    report = await _warmed(generation, redis, warmer, settings)
    metrics.note(report)
    _tell(f"cache {event.action} done", report, dropped)


async def _warmed(generation: int, redis: Redis, warmer: Warmer, settings: Settings) -> Report:
    """Have a generation's popular pages made; gives how that went."""
    report = Report(generation)
    await warmer.warm(await choose_pages(redis, warmer, generation, settings), report)
    return report


def _tell(what: str, report: Report, dropped: int) -> None:
    log.info(
        what,
        generation=report.generation,
        pages=report.pages,
        seconds=round(report.seconds, 2),
        failed=len(report.failed),
        first_failures=report.failed[:FAILED_TOLD],
        dropped=dropped,
    )


async def choose_pages(
    redis: Redis, warmer: Warmer, generation: int, settings: Settings
) -> list[str]:
    """Front pages, categories, the most downloaded packages, and what was really asked for."""
    try:
        names = await _most_downloaded(warmer, generation, settings.warm_packages)
        insights = await warmer.read("/api/insights", generation)
    except (httpx.HTTPError, ValueError, KeyError) as error:
        log.warning("the api does not list its pages", error=str(error))
        names, insights = [], {"categories": []}
    categories = [category["name"] for category in insights["categories"]]
    popular = await generations.asked_for(redis, generations.utc_today(), settings.warm_popular)
    return in_order(FRONT, insight_pages(categories), package_pages(names), popular)


async def _most_downloaded(warmer: Warmer, generation: int, most: int) -> list[str]:
    names: list[str] = []
    page = f"/api/packages?limit={LIST_PAGE}"
    cursor = ""
    while len(names) < most:
        listed = await warmer.read(page + cursor, generation)
        names += [package["name"] for package in listed["packages"]]
        if not listed["next"]:
            break
        cursor = f"&cursor={listed['next']}"
    return names[:most]
