"""Nights that follow each other on one machine end alike, whatever befell it on the way."""

import pytest

from chaos.stage import settings_in_force
from chaos.weeks.__main__ import both
from chaos.weeks.plan import THREE_NIGHTS
from chaos.weeks.play import SETTINGS

pytestmark = pytest.mark.timeout(600)


async def test_three_troubled_nights_leave_the_tables_and_pages_of_three_quiet_ones(
    tmp_path,
) -> None:
    with settings_in_force(**SETTINGS):
        assert await both(tmp_path, THREE_NIGHTS) == []
