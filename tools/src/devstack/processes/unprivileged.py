"""Start a program as a user without rights, for PostgreSQL refuses to run as root.

Nothing is copied and nobody's folders are opened to others: where the program or its data lie
below a folder which that user may not enter, the process keeps one of root's capabilities,
the one to pass such folders.
"""

import os
import pwd
import shutil
import stat
from collections.abc import Iterable
from pathlib import Path

from devstack.failure import StackError

USER = "nobody"
"""The only user without rights that every system has a name for; initdb asks for the name."""

PASS_FOLDERS = (
    # access(2) looks at the real user's rights alone unless this bit is set.
    "--securebits=+no_setuid_fixup",
    "--inh-caps=+dac_override",
    "--ambient-caps=+dac_override",
)


def is_root() -> bool:
    """Say whether this process is root."""
    return os.geteuid() == 0


def command_prefix(reached: Iterable[Path]) -> tuple[str, ...]:
    """Return what to write before a command that must reach these paths without being root."""
    if not is_root():
        return ()
    setpriv = shutil.which("setpriv", path=f"{os.environ.get('PATH', '')}:/usr/bin:/bin:/sbin")
    if setpriv is None:
        raise StackError(
            "PostgreSQL does not run as root and setpriv (package util-linux) is not installed"
            " to start it as another user; install it, run as another user, or set DATABASE_URL"
        )
    user = pwd.getpwnam(USER)
    drop = (setpriv, f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups")
    return drop if all(_open_to_all(path) for path in reached) else (*drop, *PASS_FOLDERS)


def give(path: Path) -> None:
    """Make the path belong to the user without rights; does nothing unless root."""
    if is_root():
        user = pwd.getpwnam(USER)
        os.chown(path, user.pw_uid, user.pw_gid)


def _open_to_all(path: Path) -> bool:
    """Say whether every user may enter all folders above the path, and read it if a file."""
    own = path.stat().st_mode
    readable = stat.S_ISDIR(own) or (own & 0o005) == 0o005
    return readable and all(parent.stat().st_mode & stat.S_IXOTH for parent in path.parents)
