"""Start ingest-downloads with settings from the environment."""

from events.topology import INGEST_DOWNLOADS
from ingest_downloads.app import make_app
from ingest_downloads.settings import Settings
from servicekit.logging import configure_logging
from servicekit.serve import serve


def main() -> None:
    """Run until SIGTERM."""
    settings = Settings()
    configure_logging(INGEST_DOWNLOADS, settings)
    serve(make_app(settings), settings)


if __name__ == "__main__":
    main()
