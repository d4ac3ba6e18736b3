"""Run each service's tests with only its own lock: `python -m checks.own_lock [SERVICE ...]`.

An environment is made from the lock by hash, as the Dockerfile does. The test runner, real servers
and the other services lie behind it, where the service's own code is refused them (`guard.py`).
Left out are tests of commands for development, which need more than an image holds.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from devstack.settings import CHECKOUT

LOCKS = CHECKOUT / "deploy" / "requirements"
COPIED = re.compile(r"^COPY (?!--from)(\S+)/src/ src/$", re.MULTILINE)
GUARD = Path(__file__).with_name("guard.py")
PROGRAMS = Path(sys.executable).parent
PACKAGES = f"lib/python{sys.version_info.major}.{sys.version_info.minor}/site-packages"


@dataclass(frozen=True)
class Image:
    """What one image holds, in words of the checkout."""

    name: str
    sources: tuple[Path, ...]

    @property
    def tests(self) -> Path:
        """Folder of the tests of what is copied last: the part that the image is for."""
        return self.sources[-1].parent / "tests"


def images() -> list[Image]:
    """Return every image with the sources that the Dockerfile copies into it."""
    text = (CHECKOUT / "Dockerfile").read_text()
    common = COPIED.findall(_stage(text, "common"))
    names = re.findall(r"^FROM common AS service-(\S+)$", text, re.MULTILINE)
    return [
        Image(
            name,
            tuple(
                CHECKOUT / each / "src"
                for each in [*common, *COPIED.findall(_stage(text, f"service-{name}"))]
            ),
        )
        for name in names
    ]


def _stage(dockerfile: str, name: str) -> str:
    begin = re.search(rf"^FROM \S+ AS {re.escape(name)}$", dockerfile, re.MULTILINE)
    if begin is None:
        raise LookupError(name)
    return dockerfile[begin.end() :].partition("\nFROM ")[0]


def make_environment(image: Image, folder: Path) -> Path:
    """Make the lock's environment; give its Python."""
    uv, environment = PROGRAMS / "uv", folder / "venv"
    subprocess.run([uv, "venv", "-q", "--python", sys.executable, environment], check=True)
    trusting = ["--system-certs"] if Path("/etc/ssl/certs/ca-certificates.crt").exists() else []
    hashed: list[str | Path] = [
        "--require-hashes",
        "--only-binary",
        ":all:",
        "-r",
        LOCKS / f"{image.name}.lock",
    ]
    python = environment / "bin" / "python"
    subprocess.run([uv, "pip", "install", "-q", *trusting, "--python", python, *hashed], check=True)
    for program in PROGRAMS.iterdir():  # servers that tests start by name beside their Python
        beside = environment / "bin" / program.name
        if not beside.exists():
            beside.symlink_to(program)
    shutil.copy(GUARD, folder / "sitecustomize.py")
    return python


def surroundings(image: Image, folder: Path) -> dict[str, str]:
    """Return the environment's variables for every process of the tests."""
    own = [str(each) for each in image.sources]
    everything = [*sorted(CHECKOUT.glob("*/*/src")), CHECKOUT / "tools" / "src"]
    others = [str(each) for each in everything if each not in image.sources]
    behind = [str(PROGRAMS.parent / PACKAGES), *others]
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(folder), *own]),
        "OWN_SOURCES": os.pathsep.join(own),
        "LOCKED_PACKAGES": str(folder / "venv" / PACKAGES),
        "TEST_PACKAGES": os.pathsep.join(behind),
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def run_tests(image: Image, words: list[str]) -> int:
    """Run the image's tests in its own environment; gives pytest's exit status."""
    with tempfile.TemporaryDirectory(prefix=f"lock-{image.name}-") as made:
        folder = Path(made)
        folder.chmod(0o755)  # PostgreSQL's own user looks through it
        began = time.monotonic()
        python = make_environment(image, folder)
        sys.stdout.write(f"{image.name}: its lock installed in {time.monotonic() - began:.1f} s\n")
        sys.stdout.flush()
        command: list[str | Path] = [
            python,
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            "-m",
            "not development and not live",
            *words,
            image.tests,
        ]
        return subprocess.run(
            command, cwd=CHECKOUT, env=surroundings(image, folder), check=False
        ).returncode


def main(words: list[str]) -> int:
    """Run all, or those named; what begins with a dash goes to pytest. 1 where one failed."""
    names = [word for word in words if not word.startswith("-")]
    rest = [word for word in words if word.startswith("-")]
    chosen = [each for each in images() if not names or each.name in names]
    failed = [each.name for each in chosen if run_tests(each, rest) != 0]
    sys.stdout.write(f"{len(chosen) - len(failed)} passed, {len(failed)} failed\n")
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
