"""What a package calls a link: the label of a project URL, read word by word.

The well-known labels are those of PEP 753; people write them with other words around them, in the
plural, and as one word (`sourcecode`). A part of a word means nothing: Docker is no documentation.
"""

import re
from enum import StrEnum

from ingest_github.repositories.word_sets import words


class Kind(StrEnum):
    """What a package calls a link."""

    SOURCE = "source"
    HOMEPAGE = "homepage"
    TRACKER = "tracker"
    DOCUMENTATION = "documentation"
    OTHER = "other"
    DESCRIPTION = "description"
    FOREIGN = "foreign"
    """Says itself that it leads elsewhere: money, or the project this one comes from."""


# In this order: the first kind of which a word is found decides.
_LABEL_WORDS = (
    (
        Kind.FOREIGN,
        words(
            """
            sponsor sponsors sponsoring sponsorship sponsorships fund funds funding donate
            donates donation donations coffee buymeacoffee kofi patreon opencollective
            liberapay tidelift saythanks upstream original parent basedon forkof forkedfrom
            portof portedfrom inspired inspiration template templates related
            """
        ),
    ),
    (
        Kind.OTHER,
        words(
            """
            conduct example examples demo demos discuss discussion discussions chat coverage
            quality style
            """
        ),
    ),
    (
        Kind.TRACKER,
        words(
            """
            bug bugs issue issues tracker trackers ticket tickets action actions changelog
            changelogs change changes release releases whatsnew history news download downloads
            """
        ),
    ),
    (
        Kind.SOURCE,
        words(
            """
            source sources src repo repos repository repositories github git code codebase vcs scm
            """
        ),
    ),
    (Kind.HOMEPAGE, words("home homepage website websites site project web webpage url urls")),
    (
        Kind.DOCUMENTATION,
        words(
            """
            doc docs documentation readme wiki guide guides tutorial tutorials reference
            references manual readthedocs
            """
        ),
    ),
)
_COMPANIONS = words("page pages note notes report reports list log user api link the")
"""Words that tell nothing alone, and are written together with those that do."""

_KNOWN = _COMPANIONS.union(*(listed for _, listed in _LABEL_WORDS))
_LONGEST_JOINED = 3
"""Neighbours that may be one word written apart: `what's new` is three."""


def link_kind(label: str) -> Kind:
    """Return what a label means, apart from its punctuation and capitals."""
    said = _said(label)
    return next((kind for kind, listed in _LABEL_WORDS if said & listed), Kind.OTHER)


def _said(label: str) -> set[str]:
    """Return the words of a label, neighbours joined and joined ones taken apart."""
    tokens = [_spelled(token) for token in re.split(r"[\W_]+", label.lower()) if token]
    joined = {
        "".join(tokens[first : first + length])
        for first in range(len(tokens))
        for length in range(1, _LONGEST_JOINED + 1)
    }
    return joined.union(*(_halves(token) for token in tokens))


def _spelled(token: str) -> str:
    """Return `documentation` for its many misspellings, other words as they are."""
    return "documentation" if token.startswith("document") else token


def _halves(token: str) -> set[str]:
    """Return the two known words that a word is made of; none where it is not."""
    return {
        half
        for cut in range(1, len(token))
        if token[:cut] in _KNOWN and token[cut:] in _KNOWN
        for half in (token[:cut], token[cut:])
    }
