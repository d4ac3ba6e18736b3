"""A disk that is full for some seconds, and then has room again."""

import asyncio
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from chaos.lab import Lab
from chaos.trouble import Trouble
from devstack.layout import Layout
from events.runs import RunKind

ROOM = 96_000_000
"""Bytes free before somebody fills the disk."""

BLOCK = 65_536
"""Bytes written at once until no more fit."""

FILLER = "filler"


@dataclass(frozen=True)
class FullDisk(Trouble):
    """Gives a server a disk of its own in memory, and fills it while the first run comes in."""

    server: str
    seconds: float
    """How long it stays full."""
    restart: bool = False
    """Whether the server must be started again afterwards, as its probe would have it."""

    def impossible(self) -> str:
        """Mounting a disk needs root."""
        if os.geteuid() != 0 or shutil.which("mount") is None:
            return "a disk of its own is mounted by root alone"
        return ""

    @contextmanager
    def place(self, layout: Layout) -> Iterator[None]:
        """Move the server's folder onto a small disk, and back when the stack has stopped."""
        folder = layout.stored / self.server
        aside = folder.with_name(f"{folder.name}.aside")
        folder.rename(aside)
        folder.mkdir()
        size = ROOM + sum(file.stat().st_size for file in aside.rglob("*") if file.is_file())
        mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "chaos", str(folder)]
        subprocess.run(mount, check=True)
        try:
            # With its owner and mode, which PostgreSQL looks at.
            subprocess.run(["cp", "-a", f"{aside}/.", str(folder)], check=True)
            yield
        finally:
            shutil.rmtree(aside)
            subprocess.run(["cp", "-a", str(folder), str(aside)], check=True)
            subprocess.run(["umount", "-l", str(folder)], check=True)
            folder.rmdir()
            aside.rename(folder)

    async def ask(self, lab: Lab, kind: RunKind) -> str:
        """Fill the disk as soon as the first run is asked for, then give room again."""
        run_id = await lab.request(kind)
        if kind is RunKind.DOWNLOADS:
            await self.fill_for_a_while(lab)
        return run_id

    async def fill_for_a_while(self, lab: Lab) -> None:
        """Fill the disk, wait, and give room again."""
        filler = lab.stack.layout.stored / self.server / FILLER
        await asyncio.to_thread(fill, filler)
        await asyncio.sleep(self.seconds)
        filler.unlink()
        if self.restart:
            await lab.kill(self.server)


def fill(file: Path) -> None:
    """Write until the disk is full."""
    try:
        with file.open("wb", buffering=0) as filler:
            while True:
                filler.write(bytes(BLOCK))
    except OSError:
        pass
