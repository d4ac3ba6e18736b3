"""How unusual a spelling is, judged by the words of popular names."""

import math
from collections import Counter
from collections.abc import Iterable

SMOOTHING = 0.05
"""Counts added to each letter that never followed; 30 letters are possible."""

ALPHABET = 30


class Spelling:
    """How often each letter follows the two before it (a trigram model)."""

    def __init__(self, words: Iterable[str]) -> None:
        threes: Counter[str] = Counter()
        for word in words:
            threes.update(_threes(word))
        pairs: Counter[str] = Counter()
        for three, count in threes.items():
            pairs[three[:2]] += count
        self._cost = {
            three: -math.log((count + SMOOTHING) / (pairs[three[:2]] + SMOOTHING * ALPHABET))
            for three, count in threes.items()
        }
        self._pairs = pairs

    def strangeness(self, word: str) -> float:
        """Return the word's improbability, in nats; longer words have more."""
        return sum(self._cost_of(three) for three in _threes(word))

    def _cost_of(self, three: str) -> float:
        known = self._cost.get(three)
        if known is not None:
            return known
        return -math.log(SMOOTHING / (self._pairs[three[:2]] + SMOOTHING * ALPHABET))


def _threes(word: str) -> list[str]:
    marked = f"^^{word}$"
    return [marked[at : at + 3] for at in range(len(marked) - 2)]
