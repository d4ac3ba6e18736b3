"""Letters that fingers or eyes confuse."""

_ROWS = ("1234567890-", "qwertyuiop", "asdfghjkl", "zxcvbnm")
"""A QWERTY keyboard; each row is shifted by half a key against the one above."""

LOOK_SINGLE = {"0": "o", "1": "l", "i": "l", "3": "e", "4": "a", "5": "s", "7": "t"}
"""Characters read as another one."""

LOOK_PAIRS = (("rn", "m"), ("vv", "w"))
"""Pairs of letters read as one."""

_TABLE = str.maketrans(LOOK_SINGLE)


def _neighbours() -> frozenset[tuple[str, str]]:
    place = {key: (y, x + y / 2) for y, row in enumerate(_ROWS) for x, key in enumerate(row)}
    return frozenset(
        (one, other)
        for one, (y, x) in place.items()
        for other, (v, u) in place.items()
        if one != other and abs(y - v) <= 1 and abs(x - u) <= 1
    )


NEIGHBOURS = _neighbours()
"""Pairs of keys that touch each other."""


def appearance(text: str) -> str:
    """Return one spelling for all texts that look alike: `r3quests` and `requests` are the same."""
    for pair, letter in LOOK_PAIRS:
        text = text.replace(pair, letter)
    return text.translate(_TABLE)
