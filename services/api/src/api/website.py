"""The website alone, without the api, the cache or a database: `python -m api.website`."""

from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.types import ASGIApp

from api.settings import Settings
from api.site.files import Site
from api.site.page_metadata import PageMetadata
from servicekit.logging import configure_logging
from servicekit.serve import serve

USUAL_FOLDER = "frontend"


def make_website(settings: Settings) -> ASGIApp:
    """Return the site's files and the probes; what is the api's is unknown here."""
    probes = Starlette(routes=[Route("/healthz", alive)])
    return Site(probes, _folder(settings), PageMetadata(settings.public_url), [])


async def alive(_: Request) -> PlainTextResponse:
    """Answer the probes: files have no neighbours that could be away."""
    return PlainTextResponse("ok")


def _folder(settings: Settings) -> Path:
    return Path(settings.site_dir or USUAL_FOLDER)


def main() -> None:
    """Serve until told to stop."""
    settings = Settings()
    configure_logging("website", settings)
    serve(make_website(settings), settings)


if __name__ == "__main__":
    main()
