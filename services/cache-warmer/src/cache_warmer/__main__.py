"""Run the cache-warmer: `python -m cache_warmer`."""

from cache_warmer.app import make_app
from cache_warmer.settings import Settings
from servicekit.logging import configure_logging
from servicekit.serve import serve


def main() -> None:
    """Serve until SIGTERM, with settings from the environment."""
    settings = Settings()
    configure_logging("cache-warmer", settings)
    serve(make_app(settings), settings)


if __name__ == "__main__":
    main()
