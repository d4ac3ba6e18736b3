"""Words that mean the same when packages are looked for, from the table beside this module."""

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources

Phrase = tuple[str, ...]


@lru_cache(maxsize=1)
def synonyms() -> Mapping[Phrase, tuple[Phrase, ...]]:
    """Give, for each phrase as its words, the others that mean the same."""
    text = resources.files(__package__).joinpath("search_synonyms.toml").read_text("utf-8")
    found: dict[Phrase, tuple[Phrase, ...]] = {}
    for meaning in tomllib.loads(text)["meanings"]:
        phrases = [tuple(phrase.replace("-", " ").split()) for phrase in meaning]
        for phrase in phrases:
            others = tuple(each for each in phrases if each != phrase)
            found[phrase] = tuple(dict.fromkeys((*found.get(phrase, ()), *others)))
    return found
