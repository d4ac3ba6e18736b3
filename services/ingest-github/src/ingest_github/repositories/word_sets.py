"""Tables of words, written as text."""


def words(lines: str) -> frozenset[str]:
    """Return the words of a text, parted by white space."""
    return frozenset(lines.split())
