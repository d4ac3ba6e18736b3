"""Chromium for the browser tests: there already, installed where that is possible, or how to."""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome")


def main() -> int:
    """Install Chromium where it is missing; never fails, for the tests then skip with a reason."""
    if any(shutil.which(name) for name in NAMES):
        return 0
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        sys.stdout.write(
            "no Chromium here: the browser tests are skipped; install the package `chromium`"
            " (Debian: apt-get install chromium) to run them\n"
        )
        return 0
    sys.stdout.write("installing Chromium for the browser tests\n")
    sys.stdout.flush()
    for command in (["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", "chromium"]):
        done = subprocess.run(
            command,
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
            stdout=subprocess.DEVNULL,
            check=False,
        )
        if done.returncode:
            sys.stdout.write(
                f"Chromium could not be installed ({' '.join(command)} failed):"
                " the browser tests are skipped\n"
            )
            break
    return 0


if __name__ == "__main__":
    sys.exit(main())
