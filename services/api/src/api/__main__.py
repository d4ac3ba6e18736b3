"""Run the api: `python -m api`."""

from api.app import make_app
from api.settings import Settings
from servicekit.logging import configure_logging
from servicekit.serve import serve


def main() -> None:
    """Serve until told to stop."""
    settings = Settings()
    configure_logging("api", settings)
    serve(make_app(settings), settings)


if __name__ == "__main__":
    main()
