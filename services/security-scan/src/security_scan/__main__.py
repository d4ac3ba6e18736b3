"""Run the service: `python -m security_scan`."""

from events.topology import SECURITY_SCAN
from security_scan.app import make_app
from security_scan.settings import Settings
from servicekit.logging import configure_logging
from servicekit.serve import serve

if __name__ == "__main__":
    settings = Settings()
    configure_logging(SECURITY_SCAN, settings)
    serve(make_app(settings), settings)
