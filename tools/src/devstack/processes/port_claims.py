"""Which process has which port, though nobody may listen there at the moment.

A server that is down for a second must find its port again, while other stacks and tests on the
machine choose theirs. A claim is a file with the number of the process that made it; it is worth
nothing once that has ended.
"""

import atexit
import os
import tempfile
from pathlib import Path

import psutil

CLAIMS = Path(tempfile.gettempdir()) / f"pypi-stats-ports-{os.getuid()}"


def claim(port: int) -> bool:
    """Claim a port for this process until it ends; False where another living one has it."""
    CLAIMS.mkdir(exist_ok=True)
    file = CLAIMS / str(port)
    if claimed_by_another(port):
        return False
    file.unlink(missing_ok=True)
    try:
        with file.open("x") as made:  # of two at the same moment one fails here
            made.write(str(os.getpid()))
    except FileExistsError:
        return False
    atexit.register(file.unlink, missing_ok=True)
    return True


def claimed_by_another(port: int) -> bool:
    """Say whether another process that lives has claimed a port."""
    try:
        owner = int((CLAIMS / str(port)).read_text())
    except (OSError, ValueError):
        return False
    return owner != os.getpid() and psutil.pid_exists(owner)
