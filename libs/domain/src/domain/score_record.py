"""A score's record: what was known of one package and which rules fired, in a hundred bytes."""

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

WORD = 4
"""Bytes."""


@dataclass(frozen=True)
class Record:
    """One package's unpacked record: rule numbers by label, known numbers by name."""

    rules: dict[str, int]
    """Number of the rule that fired, from 1; for a list 0 where none admits the package."""
    values: dict[str, float]


def unpack(layout: Mapping[str, Any], record: bytes) -> Record:
    """Read a record by the layout that the definitions give; ValueError where it does not fit."""
    rules = layout["rules"]
    start = -(-len(rules) // WORD) * WORD
    try:
        values, end = _numbers(layout["values"], record, start)
        standing, end = _numbers(layout.get("standing", []), record, end)
    except struct.error:
        end = -1
    if end != len(record):
        raise ValueError("the record does not have the layout of these definitions")
    return Record(dict(zip(rules, record, strict=False)), values | standing)


def _numbers(names: Sequence[str], record: bytes, start: int) -> tuple[dict[str, float], int]:
    """Read a bitmap of the known names and their numbers; give them and where they end."""
    first = start + -(-len(names) // (8 * WORD)) * WORD
    known = int.from_bytes(record[start:first], "little")
    present = [name for bit, name in enumerate(names) if known >> bit & 1]
    numbers = struct.unpack_from(f"<{len(present)}f", record, first)
    return dict(zip(present, numbers, strict=True)), first + WORD * len(present)
