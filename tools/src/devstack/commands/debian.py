"""Programs that tests use and Debian has, installed by `make browser` and `make promtool`.

One that is there is left alone; another is taken where this is Debian and its lists may be read
anew, or it is said how to have it. It never fails: the tests then skip with a reason.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

BESIDE = Path(sys.executable).parent
"""Where a program lies that is unpacked for this environment alone."""


@dataclass(frozen=True)
class Program:
    """A program, the tests that want it, and the package that has it."""

    names: tuple[str, ...]
    wanted_by: str
    package: str
    take: Callable[["Program"], None]

    def find(self) -> str | None:
        """Return where it lies; None where it is missing."""
        places = os.pathsep.join((str(BESIDE), os.environ.get("PATH", os.defpath)))
        return next(filter(None, (shutil.which(name, path=places) for name in self.names)), None)


def _install(program: Program) -> None:
    _apt("install", "-y", program.package)


def _unpack(program: Program) -> None:
    """Take the program alone: installed, the package would start a server of its own."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        folder.chmod(0o777)  # apt downloads as a user of its own
        _apt("download", program.package, folder=folder)
        (archive,) = folder.glob("*.deb")
        subprocess.run(["dpkg-deb", "-x", archive, folder / "tree"], check=True)
        name = program.names[0]
        shutil.copy(folder / "tree" / "usr" / "bin" / name, BESIDE / name)


def _apt(*words: str, folder: Path | None = None) -> None:
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    command = ["apt-get", "-qq", *words]
    subprocess.run(command, env=quiet, stdout=subprocess.DEVNULL, cwd=folder, check=True)


PROGRAMS = {
    "chromium": Program(
        ("chromium", "chromium-browser", "google-chrome"),
        "tests in the browser",
        "chromium",
        _install,
    ),
    "promtool": Program(("promtool",), "alerts played over time", "prometheus", _unpack),
}


def provide(program: Program) -> str:
    """Take a program that is missing; gives what there is to say."""
    if program.find():
        return ""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return f"no {program.names[0]} here, of Debian's {program.package}: {_skipped(program)}"
    sys.stdout.write(f"taking {program.names[0]} for {program.wanted_by}\n")
    sys.stdout.flush()
    try:
        _apt("update")
        program.take(program)
    except (subprocess.CalledProcessError, OSError, ValueError) as error:
        return f"{program.names[0]} could not be had ({error}): {_skipped(program)}"
    return ""


def _skipped(program: Program) -> str:
    return f"{program.wanted_by} are skipped"


def main(names: list[str]) -> int:
    """Provide the programs named."""
    for name in names:
        said = provide(PROGRAMS[name])
        if said:
            sys.stdout.write(f"{said}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
