"""Where the stack keeps what on disk."""

import contextlib
import hashlib
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from devstack.settings import StackSettings


@dataclass(frozen=True)
class Layout:
    """The folders below the state folder.

    What services and servers store is kept apart for each data set: facts of two worlds in one
    database would be true of neither.
    """

    root: Path
    world: str

    @property
    def stored(self) -> Path:
        """What the servers keep for this data set."""
        return self.root / "state" / self.world

    @property
    def log(self) -> Path:
        """One file for each process."""
        return self.root / "log"

    @property
    def run(self) -> Path:
        """What the running supervisor says of itself, and generated configuration."""
        return self.root / "run"

    def create(self) -> None:
        """Make the folders; only the owner may look into the passwords and configuration."""
        for folder in (self.stored, self.log):
            folder.mkdir(parents=True, exist_ok=True)
        for private in (self.run, self.root / "secrets"):
            private.mkdir(exist_ok=True, mode=0o700)

    def log_file(self, name: str) -> Path:
        """Where the process of that name writes."""
        return self.log / f"{name}.log"

    def password(self, name: str) -> str:
        """Return the password of that name; made at random when first asked for, then kept."""
        file = self.root / "secrets" / name
        with contextlib.suppress(FileExistsError):
            # Begins with a letter: nats-server reads a variable's value as configuration,
            # in which digits would be a number.
            _write_new(file, f"p{secrets.token_hex(24)}")
        return file.read_text()


def layout_of(settings: StackSettings) -> Layout:
    """Return the layout for the data set that the settings choose."""
    return Layout(settings.state_dir.resolve(), world_of(settings))


def world_of(settings: StackSettings) -> str:
    """Name the data set: the same name goes on with the same state."""
    if settings.sources == "live":
        return "live"
    if settings.dataset is None:
        return sample_name(settings)
    path = settings.dataset.resolve()
    digest = hashlib.sha256(str(path).encode()).hexdigest()[:8]
    return f"dataset-{path.name}-{digest}"


def sample_name(settings: StackSettings) -> str:
    """Name the sample by what it was generated from."""
    return f"sample-{settings.sample_packages}x{settings.sample_days}-{settings.sample_seed}"


def sample_folder(settings: StackSettings) -> Path:
    """Where the generated sample is kept."""
    return settings.state_dir.resolve() / "sample" / sample_name(settings)


def dataset_folder(settings: StackSettings) -> Path:
    """Where the data set is that is played."""
    return settings.dataset.resolve() if settings.dataset else sample_folder(settings)


def _write_new(file: Path, text: str) -> None:
    """Write a file that must not exist yet, whole or not at all, readable by its owner alone."""
    draft = file.with_name(f".{file.name}.{os.getpid()}.{secrets.token_hex(4)}")
    draft.touch(mode=0o600)
    draft.write_text(text)
    try:
        draft.chmod(0o600)
        os.link(draft, file)
    finally:
        draft.unlink()
