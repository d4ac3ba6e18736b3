"""A reader of db/schema.sql sees the tables that production has."""

from pathlib import Path

from devstack.background import in_background
from devstack.codegen.schema import SCHEMA, dumped
from devstack.stack import stack_in


def test_all_migrations_together_make_the_schema_that_is_written_down(tmp_path: Path) -> None:
    stack = stack_in(tmp_path, services=())
    with in_background(stack):
        assert dumped(stack) == SCHEMA.read_text()
