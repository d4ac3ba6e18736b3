"""Start ingest-github: `python -m ingest_github`."""

from events.topology import INGEST_GITHUB
from ingest_github.app import make_app
from ingest_github.settings import Settings
from servicekit.logging import configure_logging
from servicekit.serve import serve


def main() -> None:
    """Run the service with settings from the environment."""
    settings = Settings()
    configure_logging(INGEST_GITHUB, settings)
    serve(make_app(settings), settings)


if __name__ == "__main__":
    main()
