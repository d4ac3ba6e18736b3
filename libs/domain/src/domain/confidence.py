"""The words for how much of a score's weight was known."""

WORDS = {"high": 0.8, "medium": 0.5, "low": 0.0}
"""Each word with the least share, highest first."""


def word(share: float | None) -> str | None:
    """Return the word for a known share of 0 to 1; None where there is no score."""
    if share is None:
        return None
    return next(name for name, least in WORDS.items() if share >= least)
