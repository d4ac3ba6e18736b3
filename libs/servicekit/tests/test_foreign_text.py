"""What stands beside a foreign name is read as it was written."""

import pytest

from servicekit.foreign_text import shown

RIGHT_TO_LEFT_OVERRIDE, ISOLATE, POP = chr(0x202E), chr(0x2066), chr(0x2069)


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("plain", "plain"),
        (f"safe{RIGHT_TO_LEFT_OVERRIDE}exe", "safe[U+202E]exe"),
        (f"{ISOLATE}name{POP}", "[U+2066]name[U+2069]"),
        ("שלום וברכה", "שלום וברכה"),
    ],
)
def test_characters_that_turn_text_around_are_named(text: str, seen: str) -> None:
    assert shown(text) == seen
