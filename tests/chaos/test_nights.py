"""Troubled nights end like a quiet one, and a night goes on where a backup was taken."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from chaos.lab import opened, settings_in
from chaos.night import KINDS, differences, shown, tables
from chaos.play import play
from chaos.scenario import Outcome
from chaos.scenarios import SHORT, chosen
from chaos.stage import Stage, built, completed, settings_in_force
from devstack.commands.backup import bring_back, dump
from devstack.servers.database import WRITER

pytestmark = pytest.mark.timeout(600)  # whole stacks, on a machine that may do other things


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with settings_in_force():
        yield asyncio.run(built(tmp_path_factory.mktemp("chaos")))


@pytest.mark.parametrize("name", SHORT)
async def test_a_troubled_night_ends_with_the_tables_and_answers_of_a_quiet_one(
    name: str, stage: Stage
) -> None:
    (scenario,) = chosen([name])
    result = await play(scenario, stage)
    assert result.outcome is Outcome.PASSED, "\n".join(result.problems)


async def test_a_backup_brought_back_on_another_machine_shows_the_same_and_goes_on(
    stage: Stage, tmp_path: Path
) -> None:
    kept = tmp_path / "pypi_stats.dump"
    async with opened(stage.copy("old-machine"), stage.dataset) as old:
        log = old.stack.layout.log_file("backup")
        await dump(old.stack.database.url(WRITER), kept, log)
        stored = await tables(old.stack)
        pages = await shown(old.stack, await old.stack.runs.published())
    elsewhere = stage.folder / "new-machine"
    await bring_back(settings_in(elsewhere, stage.dataset), kept)
    async with opened(elsewhere, stage.dataset) as new:
        assert differences(stored, await tables(new.stack)) == []
        assert await shown(new.stack, await new.stack.runs.published()) == pages
        generation = 0
        for kind in KINDS:
            generation = await completed(new, await new.request(kind))
        assert differences(stage.tables, await tables(new.stack)) == []
        assert await shown(new.stack, generation) == stage.seen
