"""Which repository on GitHub is a package's own, how sure that is, and why.

Every link of the package is a candidate. What speaks for or against one is added up on the
scale of log odds (naive Bayes: each sign of its own), and the sum gives the confidence:
confidence = 1 / (1 + exp(-sum)). The weights are judged from links of real packages; the
project's evaluation prints what they come to.
"""

import dataclasses
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from msgspec.structs import replace

from events import RepositoryChoice, RepositoryFacts
from ingest_github.repositories.labels import Kind, link_kind
from ingest_github.repositories.resemblance import Resemblance, bears_name, resemblance
from ingest_github.repositories.urls import GitHubLink, embedded_links, parse_github_url
from ingest_github.repositories.word_sets import words

LEAST_CONFIDENCE = 0.1
"""A candidate below is not chosen at all."""

LONGEST_DESCRIPTION = 200_000
"""Characters of a description that are searched for links."""


KIND_WEIGHT = {
    Kind.SOURCE: 1.7,
    Kind.HOMEPAGE: 1.3,
    Kind.TRACKER: 1.0,
    Kind.DOCUMENTATION: 0.0,
    Kind.OTHER: -0.3,
    # A port names its original so, which bears the same name: not believed on its own.
    Kind.DESCRIPTION: -2.6,
}
RESEMBLANCE_WEIGHT = {
    Resemblance.SAME: 2.0,
    Resemblance.PART: 1.2,
    Resemblance.OWNER: 0.7,
    Resemblance.SOME: 0.0,
    Resemblance.NONE: -1.4,
}
OWN_KINDS = frozenset({Kind.SOURCE, Kind.HOMEPAGE})
"""Links that lead to the package itself, not to a page about it."""

PAGES_WEIGHT = -0.7
AGREEMENT_WEIGHT = 0.6
"""For each further link to the same repository, two at most."""

ACCOUNT_WEIGHT = 1.5
"""The owner on GitHub is one of the package's accounts or people."""

TEMPLATE_WEIGHT = -5.0
LINKS_BACK_WEIGHT = 1.5
FORK_WEIGHT = -0.5
OTHER_LANGUAGE_WEIGHT = -0.7

PYTHON_LANGUAGES = frozenset({"Python", "Jupyter Notebook", "Cython"})

_TEMPLATES = words(
    """
    pypa/sampleproject audreyr/cookiecutter-pypackage audreyfeldroy/cookiecutter-pypackage
    navdeep-g/setup.py kennethreitz/setup.py kennethreitz/samplemod navdeep-g/samplemod
    pyscaffold/pyscaffold ionelmc/cookiecutter-pylibrary cookiecutter/cookiecutter
    othneildrew/best-readme-template github/gitignore readthedocs/sphinx_rtd_theme
    snide/sphinx_rtd_theme rtfd/sphinx_rtd_theme docutils/docutils pypa/packaging.python.org
    cjolowicz/cookiecutter-hypermodern-python tiangolo/full-stack-fastapi-template
    """
)
"""Repositories that many set-up files still name because they were copied from there."""

_INVENTED_OWNER = re.compile(r"(?:your|my)[-_]?(?:user|name|org|git|account|company|handle|repo).*")


@dataclass(frozen=True)
class ProjectLinks:
    """What a package says of itself that helps to find its repository."""

    name: str
    project_urls: Mapping[str, str] = field(default_factory=dict)
    home_page: str | None = None
    download_url: str | None = None
    description: str | None = None
    people: Sequence[str] = ()
    """Account names on PyPI, and names of authors."""


@dataclass(frozen=True)
class Mention:
    """One link to a repository, under one label."""

    link: GitHubLink
    kind: Kind
    label: str


@dataclass(frozen=True)
class Candidate:
    """A repository with the sum of what speaks for it, and the words for that."""

    link: GitHubLink
    alike: Resemblance
    weight: float
    reason: str


def choose_repository(project: ProjectLinks) -> RepositoryChoice | None:
    """Return the most probable repository of a package; None where no link is probable enough."""
    mentions = [each for each in repository_mentions(project) if each.kind != Kind.FOREIGN]
    by_repository: dict[str, list[Mention]] = {}
    for mention in mentions:
        by_repository.setdefault(mention.link.full_name.lower(), []).append(mention)
    candidates = [_weigh(project, named) for named in by_repository.values()]
    best = max(candidates, key=lambda each: each.weight, default=None)
    if best is None or _confidence(best.weight) < LEAST_CONFIDENCE:
        return None
    return RepositoryChoice(
        full_name=best.link.full_name,
        confidence=_confidence(best.weight),
        reason=best.reason,
        resemblance=best.alike,
        directory=best.link.directory,
    )


def repository_mentions(project: ProjectLinks) -> list[Mention]:
    """Return every link to a repository, those of the description only where no other is."""
    labelled = [*project.project_urls.items(), ("Homepage", project.home_page)]
    labelled.append(("Download", project.download_url))
    mentions = [
        Mention(link, link_kind(label), label)
        for label, address in labelled
        if address and (link := parse_github_url(address)) and _is_repository(link)
    ]
    distinct = [each for each in dict.fromkeys(mentions) if not _is_mere_page(project, each)]
    return distinct or list(_described(project))


def _described(project: ProjectLinks) -> Iterable[Mention]:
    """Yield the description's links that bear the package's name."""
    description = (project.description or "")[:LONGEST_DESCRIPTION]
    for link in embedded_links(description):
        if resemblance(project.name, link) == Resemblance.SAME and _is_repository(link):
            yield Mention(link, Kind.DESCRIPTION, "description")


def _is_repository(link: GitHubLink) -> bool:
    return link.repository is not None and not _INVENTED_OWNER.fullmatch(link.owner.lower())


def _is_mere_page(project: ProjectLinks, mention: Mention) -> bool:
    """Return whether it is a page about the package: `owner.github.io/changelog` is its changelog.

    Where it is the package's own page, or bears its name, it is published from its repository.
    """
    link = mention.link
    about = mention.kind not in {*OWN_KINDS, Kind.FOREIGN}
    return link.pages and about and not bears_name(project.name, link.repository or "")


def _weigh(project: ProjectLinks, mentions: list[Mention]) -> Candidate:
    """Add up what speaks for one repository, named by these links."""
    best = max(mentions, key=lambda each: KIND_WEIGHT[each.kind])
    link = dataclasses.replace(best.link, directory=_directory(project, mentions))
    alike = resemblance(project.name, link)
    kinds = {each.kind for each in mentions}
    signs = [
        (KIND_WEIGHT[best.kind], f"linked as {best.label}"),
        (RESEMBLANCE_WEIGHT[alike], _words_for(alike, link)),
    ]
    if all(each.link.pages for each in mentions):
        signs.append((PAGES_WEIGHT, "only by its published pages"))
    if len(kinds) > 1:
        others = min(len(kinds) - 1, 2)
        signs.append((AGREEMENT_WEIGHT * others, f"by {len(kinds)} kinds of link"))
    if _is_account(link.owner, project.people):
        signs.append((ACCOUNT_WEIGHT, "its owner is one of the package's people"))
    if link.full_name.lower() in _TEMPLATES and alike != Resemblance.SAME:
        signs.append((TEMPLATE_WEIGHT, "a template that set-up files are copied from"))
    reason = "; ".join(said for _, said in signs)
    return Candidate(link, alike, sum(weight for weight, _ in signs), reason)


def _directory(project: ProjectLinks, mentions: Iterable[Mention]) -> str | None:
    """Return where the package is, by its own links: others lead to examples and the like."""
    ordered = sorted(mentions, key=lambda each: -KIND_WEIGHT[each.kind])
    return next((each.link.directory for each in ordered if _tells_place(project, each)), None)


def _tells_place(project: ProjectLinks, mention: Mention) -> bool:
    directory = mention.link.directory
    if directory is None or mention.kind == Kind.DESCRIPTION:
        return False
    named = any(bears_name(project.name, component) for component in directory.split("/"))
    return named or mention.kind in OWN_KINDS


def _words_for(alike: Resemblance, link: GitHubLink) -> str:
    if link.directory and alike in {Resemblance.SAME, Resemblance.PART}:
        return f"shared: the package is in {link.directory[:80]}"
    return {
        Resemblance.SAME: "the name is the package's",
        Resemblance.PART: "the name is near the package's, may be shared",
        Resemblance.OWNER: "the owner bears the package's name, may be shared",
        Resemblance.SOME: "the name has a word in common with the package's",
        Resemblance.NONE: "the name is not the package's, may be somebody else's",
    }[alike]


def _is_account(owner: str, people: Sequence[str]) -> bool:
    """Tell whether the owner's name is that of one of the people, apart from spelling."""
    plain = re.sub(r"[\W_]", "", owner.lower())
    return any(plain == re.sub(r"[\W_]", "", person.lower()) for person in people)


def confirmed(
    choice: RepositoryChoice, project: ProjectLinks, facts: RepositoryFacts
) -> RepositoryChoice:
    """Correct the confidence by what the repository says of itself."""
    weight, reasons = _odds(choice.confidence), [choice.reason]
    owner, repository = facts.full_name.split("/", 1)
    alike = resemblance(project.name, GitHubLink(owner, repository, choice.directory))
    if _links_back(project, facts):
        weight += LINKS_BACK_WEIGHT
        reasons.append("the repository links back")
    if facts.fork:
        weight += FORK_WEIGHT
        reasons.append("a fork")
    if alike == Resemblance.NONE and facts.language not in {None, *PYTHON_LANGUAGES}:
        weight += OTHER_LANGUAGE_WEIGHT
        reasons.append(f"written in {facts.language}")
    return replace(
        choice,
        full_name=facts.full_name,
        confidence=_confidence(weight),
        reason="; ".join(reasons)[:400],
        resemblance=alike,
    )


def _links_back(project: ProjectLinks, facts: RepositoryFacts) -> bool:
    """Tell whether the repository's homepage is the package's on PyPI, or one of its links."""
    back = _address(facts.homepage)
    if not back:
        return False
    own = {_address(address) for address in (*project.project_urls.values(), project.home_page)}
    on_pypi = re.fullmatch(r"pypi\.(?:org|python\.org)/(?:project|pypi)/([^/]+)", back)
    if on_pypi:
        return _spelled(on_pypi[1]) == _spelled(project.name)
    return not back.startswith("github.com/") and back in own


def _spelled(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _address(address: str | None) -> str:
    """Return an address without scheme, `www.` and closing slash, to compare by."""
    return re.sub(r"^https?://(?:www\.)?", "", (address or "").strip().lower()).rstrip("/")


def _confidence(weight: float) -> float:
    return round(1 / (1 + math.exp(-weight)), 3)


def _odds(confidence: float) -> float:
    bounded = min(max(confidence, 0.001), 0.999)
    return math.log(bounded / (1 - bounded))
