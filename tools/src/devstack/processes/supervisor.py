"""All processes of the stack, in groups that start together and stop the other way round."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any

from devstack.processes.child import Child, Program


class Supervisor:
    """Starts groups of programs, keeps each alive, and stops all of them."""

    def __init__(self, log_file: Callable[[str], Path], changed: Callable[[], None]) -> None:
        self.children: dict[str, Child] = {}
        self._groups: list[list[Child]] = []
        self._log_file = log_file
        self._changed = changed

    async def start(self, programs: Sequence[Program]) -> None:
        """Start a group side by side; StackError when one of it cannot start."""
        group = [Child(each, self._log_file(each.name), self._changed) for each in programs]
        self._groups.append(group)
        self.children.update({child.name: child for child in group})
        await together(*(child.start() for child in group))

    async def stop(self) -> None:
        """Stop everything, the group started last first."""
        while self._groups:
            await asyncio.gather(*(child.stop() for child in self._groups[-1]))
            self._groups.pop()


async def together(*steps: Coroutine[Any, Any, None]) -> None:
    """Take steps side by side; the first that fails ends the others and is what is raised."""
    tasks = [asyncio.create_task(step) for step in steps]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
