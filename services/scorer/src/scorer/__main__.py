"""Run the scorer: `python -m scorer`."""

from scorer.app import make_app
from scorer.settings import Settings
from servicekit.logging import configure_logging
from servicekit.serve import serve


def main() -> None:
    """Serve until SIGTERM, with settings from the environment."""
    settings = Settings()
    configure_logging("scorer", settings)
    serve(make_app(settings), settings)


if __name__ == "__main__":
    main()
