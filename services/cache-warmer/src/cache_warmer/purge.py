"""Dropping what Cloudflare's edge keeps, for operators who stand behind it."""

import httpx
import structlog

from cache_warmer.settings import Settings

PURGE_TIMEOUT = 20.0
"""Seconds."""

log = structlog.get_logger(__name__)


async def purge_edge(settings: Settings) -> bool:
    """Purge the zone where both zone and token are set; a failure is logged and stops nothing.

    Edge copies end at midnight in any case: without a purge visitors see yesterday until then.
    """
    token = settings.purge_token.get_secret_value()
    if not (settings.purge_zone and token):
        return False
    url = f"{settings.purge_url}/zones/{settings.purge_zone}/purge_cache"
    try:
        async with httpx.AsyncClient(timeout=PURGE_TIMEOUT) as client:
            answer = await client.post(
                url,
                json={"purge_everything": True},
                headers={"Authorization": f"Bearer {token}"},
            )
            answer.raise_for_status()
    except httpx.HTTPError:
        log.exception("edge not purged")
        return False
    log.info("edge purged", zone=settings.purge_zone)
    return True
