"""Text that others wrote, made fit to be shown."""

import re

DIRECTIONS = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
"""Characters that change the direction of what follows (Unicode UAX 9: embeddings, overrides,
isolates and their ends). Marks without effect on others, as Hebrew and Arabic texts have, stay."""


def shown(text: str) -> str:
    """Return the text with each direction-changing character named instead of obeyed: `[U+202E]`.

    A name or summary that turned around what stands beside it could pass for another one.
    """
    return DIRECTIONS.sub(lambda found: f"[U+{ord(found[0]):04X}]", text)
