"""Make the environment in .venv from requirements.lock; run by a bare Python 3.11.

Only the standard library is there yet. What is in the lock is taken by its hash; this
project's own packages are installed in place, so that an edit needs no second installation.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
ENVIRONMENT = CHECKOUT / ".venv"
PYTHON = ENVIRONMENT / "bin" / "python"
UV = ENVIRONMENT / "bin" / "uv"
LOCK = CHECKOUT / "requirements.lock"
SYSTEM_CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
MEMBERS = ("libs/*", "services/*", "tools")


def main() -> int:
    """Make the environment, or bring it up to the lock; the exit status."""
    steps = (
        ("Python environment", make_venv),
        ("dependencies", install_lock),
        ("own", install_own),
    )
    for what, step in steps:
        try:
            step()
        except (subprocess.CalledProcessError, OSError) as error:
            return failed(what, error)
    (ENVIRONMENT / "ready").touch()
    return 0


def make_venv() -> None:
    """Make the environment with the installer that the lock names; keep a working one."""
    if UV.exists() and run([PYTHON, "-c", ""], check=False) == 0:
        return
    say("making the environment in .venv")
    shutil.rmtree(ENVIRONMENT, ignore_errors=True)
    run([sys.executable, "-m", "venv", ENVIRONMENT])
    with tempfile.TemporaryDirectory() as folder:
        pinned = Path(folder) / "uv.txt"
        pinned.write_text(pin("uv"))
        run([PYTHON, "-m", "pip", "install", "-q", "--require-hashes", "-r", pinned])


def install_lock() -> None:
    """Install what the lock names, each file checked against its hash."""
    say("installing the dependencies")
    uv_install("--require-hashes", "-r", LOCK)


def install_own() -> None:
    """Install the libraries, the services and the stack in place."""
    folders = [
        folder
        for pattern in MEMBERS
        for folder in sorted(CHECKOUT.glob(pattern))
        if (folder / "pyproject.toml").exists()
    ]
    editable = [word for folder in folders for word in ("-e", folder)]
    uv_install("--no-deps", "--no-build-isolation", *editable)


def uv_install(*arguments: str | Path) -> None:
    """Install into the environment."""
    run([UV, "pip", "install", "-q", "--python", PYTHON, *trusting(), *arguments])


def trusting() -> list[str]:
    """Trust whom the system trusts, as pip does where a network has an authority of its own."""
    return ["--system-certs"] if SYSTEM_CERTIFICATES.exists() else []


def pin(name: str) -> str:
    """Return the lock's own lines for one package."""
    lines = LOCK.read_text().splitlines(keepends=True)
    first = next(i for i, line in enumerate(lines) if line.startswith(f"{name}=="))
    rest = lines[first + 1 :]
    last = next((i for i, line in enumerate(rest) if not line.startswith(" ")), len(rest))
    return "".join(lines[first : first + 1 + last])


def run(command: list[str | Path], check: bool = True) -> int:
    """Run a command, its output on the terminal; its exit status."""
    quiet = None if check else subprocess.DEVNULL
    return subprocess.run(command, check=check, cwd=CHECKOUT, stderr=quiet).returncode


def failed(what: str, error: Exception) -> int:
    """Say in one sentence what could not be made."""
    free = shutil.disk_usage(CHECKOUT).free // 1_000_000
    why = f"the disk has {free} MB left" if free < 100 else "see the lines above"
    if isinstance(error, OSError):
        why = str(error)
    sys.stderr.write(f"error: the {what} could not be installed into .venv: {why}\n")
    return 1


def say(what: str) -> None:
    """Tell the person at the terminal what takes the time."""
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
