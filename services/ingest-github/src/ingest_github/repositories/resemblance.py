"""How much the name of a repository tells that it is a package's own."""

import re
from enum import StrEnum

from rapidfuzz import fuzz

from ingest_github.repositories.urls import GitHubLink
from ingest_github.repositories.word_sets import words

GENERIC = words(
    """
    a an the of for and in python python2 python3 py py3 cpython lib library libs sdk client clients
    api package packages pkg project projects core main repo src source code official oss open
    module modules tool tools binding bindings wrapper dev development release git github
    gpu cpu cuda rocm nightly headless binary lite slim preview
    """
)
"""Words that say nothing about which project a repository is."""

PLATFORMS = words(
    """
    django flask fastapi pytest sphinx jupyter jupyterlab notebook mkdocs pylint flake8 tox nose
    celery airflow scrapy tornado pyramid plone zope odoo wagtail opentelemetry tensorflow torch
    keras pandas numpy types stubs
    """
)
"""First words that tell what a package extends; alone they make no repository its own."""

LEAST_WORD = 3
"""Letters of a word that may stand for a project."""

ALIKE = 78
"""Percent of rapidfuzz's ratio from which two names count as variants of one another."""

_PARTS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")


class Resemblance(StrEnum):
    """How a package's name and a link compare."""

    SAME = "same"
    """The same name, apart from spelling and words such as python."""
    PART = "part"
    """One of several packages of the repository, or a longer or shorter form of its name."""
    OWNER = "owner"
    """The repository's name is another one, its owner bears the package's."""
    SOME = "some"
    """A word in common."""
    NONE = "none"


def resemblance(package: str, link: GitHubLink) -> Resemblance:
    """Compare a package's name with a repository's owner, name and directory."""
    name, repository = _core(package), _core(link.repository or "")
    owner = _core(link.owner)
    if _same(package, name, link, repository, owner):
        return Resemblance.SAME
    if _near(package, name, link, repository, owner):
        return Resemblance.PART
    if _related_owner(_words(package), name, owner):
        return Resemblance.OWNER
    if _shares_word(_words(package), _words(link.repository or ""), name, repository):
        return Resemblance.SOME
    return Resemblance.NONE


def _same(package: str, name: str, link: GitHubLink, repository: str, owner: str) -> bool:
    spelled = _squash(package), _squash(link.repository or "")
    joined = (owner + repository, _squash(link.owner) + spelled[1])
    return (
        spelled[0] == spelled[1]
        or name == repository
        or spelled[0] in joined
        or (name == owner and not _words(link.repository or ""))
    )


def bears_name(package: str, name: str) -> bool:
    """Return whether a name is the package's, apart from spelling and words such as python."""
    return _squash(package) == _squash(name) or _core(package) == _core(name)


def _near(package: str, name: str, link: GitHubLink, repository: str, owner: str) -> bool:
    return (
        (link.directory is not None and _bears(link.directory, name))
        or _contains(_words(package), _words(link.repository or ""), owner)
        or _is_initials(package, link.repository or "")
        or (repository not in PLATFORMS and fuzz.ratio(name, repository) >= ALIKE)
    )


def _squash(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _parts(name: str) -> list[str]:
    """Split at punctuation and at the humps of camel case, lower case."""
    return [part.lower() for part in _PARTS.findall(name)]


def _words(name: str) -> list[str]:
    """Return the words that tell something, in order."""
    split = [word for word in re.split(r"[^a-z0-9]+", name.lower()) if word]
    return [word for word in split if word not in GENERIC]


def _core(name: str) -> str:
    """Return the name as one word, without what python projects put before and behind it."""
    joined = "".join(_words(name)) or _squash(name)
    for affix in ("python", "py"):
        for bare in (joined.removeprefix(affix), joined.removesuffix(affix)):
            if len(bare) >= LEAST_WORD:
                joined = bare
    return joined


def _bears(directory: str, name: str) -> bool:
    """Tell whether a component of the path is the package's name."""
    return any(_core(component) == name for component in directory.split("/"))


def _contains(package: list[str], repository: list[str], owner: str) -> bool:
    """Tell whether the words of one are all among the other's, owner's included."""
    told, known = set(package), set(repository)
    if not told or not known:
        return False
    # A repository's extra word is somebody else's, unless the owner bears it too.
    extra = [word for word in known - told if word not in owner and owner not in word]
    if told - known <= {word for word in told if word in owner} and not extra:
        return True
    return known < told and package[0] in known and not known <= PLATFORMS


def _is_initials(package: str, repository: str) -> bool:
    """Tell whether a word of the one is made of the first letters of the other's words."""
    for short, long in ((package, repository), (repository, package)):
        initials = "".join(part[0] for part in _parts(long))
        if len(initials) >= LEAST_WORD and initials in _words(short):
            return True
    return False


def _related_owner(package: list[str], name: str, owner: str) -> bool:
    if len(owner) < LEAST_WORD or len(name) < LEAST_WORD:
        return False
    first = package[0] if package else name
    telling = len(first) >= LEAST_WORD and first not in PLATFORMS
    return (owner in name and owner not in PLATFORMS) or (telling and owner.startswith(first))


def _shares_word(package: list[str], repository: list[str], name: str, core: str) -> bool:
    common = set(package) & set(repository) - PLATFORMS
    if any(len(word) >= LEAST_WORD for word in common):
        return True
    shorter = min(name, core, key=len)
    return len(shorter) > LEAST_WORD and shorter not in PLATFORMS and (name in core or core in name)
