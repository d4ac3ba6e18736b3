"""Reading an owner and a repository out of whatever a package calls its address."""

import re
from dataclasses import dataclass
from urllib.parse import unquote

from ingest_github.repositories.reserved_names import RESERVED

OWNER = re.compile(r"[A-Za-z0-9](?:-?[A-Za-z0-9]){0,38}-?")
REPOSITORY = re.compile(r"[A-Za-z0-9._-]{1,100}")

_SCHEME = re.compile(r"^(?:(?:git|hg|svn|scm|vcs)[+:])*(?:[a-z][a-z0-9+.-]*:)?/*", re.IGNORECASE)
_USER = re.compile(r"^[^/@\s]*@")
_PLACE = re.compile(r"^([A-Za-z0-9.-]+)[:/]*(.*)$", re.DOTALL)
_PORT = re.compile(r"^([^/:]+):\d+(?=/|$)")
_TRAILING = ".,;:)>]}'\"`*"
_EMBEDDED = re.compile(
    r"(?:https?://|git@|git://|ssh://git@)(?:www\.|raw\.|api\.)?github(?:usercontent)?\.com[:/][^\s<>\"'\]]+",
    re.IGNORECASE,
)
_HOSTS = frozenset(
    {"github.com", "raw.github.com", "raw.githubusercontent.com", "codeload.github.com"}
)
_API_HOST = "api.github.com"
_PAGES = ".github.io"


@dataclass(frozen=True)
class GitHubLink:
    """Where an address on GitHub leads."""

    owner: str
    repository: str | None = None
    """None for the page of an owner."""
    directory: str | None = None
    """Path inside the repository, where the address names one."""
    pages: bool = False
    """The address is a published page (owner.github.io/repository), a hint only."""

    @property
    def full_name(self) -> str:
        """owner/repository, as written."""
        return f"{self.owner}/{self.repository}"


def parse_github_url(address: str) -> GitHubLink | None:
    """Return where the address leads; None where that is no owner or repository on GitHub.

    Accepts what package metadata hold: any scheme or none, `git+https`, `git@github.com:o/r`,
    `.git`, fragments, queries, pages inside a repository, raw files and published pages.
    """
    host, path = _host_and_path(address)
    if host.endswith(_PAGES):
        return _published_page(host, path)
    if host == _API_HOST:
        path = path.removeprefix("repos/")
    elif host not in _HOSTS:
        return None
    return _link(path.split("/"))


def embedded_links(description: str) -> list[GitHubLink]:
    """Return the repositories that a running text links to, in order, without repetition."""
    found = (parse_github_url(match.group()) for match in _EMBEDDED.finditer(description))
    return list(dict.fromkeys(link for link in found if link and link.repository))


def _host_and_path(address: str) -> tuple[str, str]:
    """Return the host, lower case and without `www.`, and the path without query and fragment."""
    bare = _USER.sub("", _SCHEME.sub("", address.strip().strip("<>\"'`"), count=1), count=1)
    if "://" in address:  # after `git@github.com:` stands an owner, who may have digits alone
        bare = _PORT.sub(r"\1", bare)
    place = _PLACE.match(re.split(r"[?#\s]", bare, maxsplit=1)[0])
    if place is None:
        return "", ""
    return place[1].lower().rstrip(".").removeprefix("www."), place[2]


def _published_page(host: str, path: str) -> GitHubLink | None:
    owner = host.removesuffix(_PAGES)
    first = path.split("/", maxsplit=1)[0]
    # A file at the top, or nothing, belongs to the owner's own site repository.
    name = f"{owner}{_PAGES}" if not first or first.endswith((".html", ".xml")) else first
    link = _link([owner, name])
    return GitHubLink(link.owner, link.repository, pages=True) if link else None


def _link(segments: list[str]) -> GitHubLink | None:
    """Return the link of a path, split at its slashes."""
    parts = [clean for segment in segments if (clean := unquote(segment).strip())]
    if not parts:
        return None
    owner = parts[0].strip(_TRAILING)
    if not OWNER.fullmatch(owner) or owner.lower() in RESERVED:
        return None
    repository = _repository_name(parts[1]) if len(parts) > 1 else None
    if repository is None:
        return GitHubLink(owner) if len(parts) == 1 else None
    return GitHubLink(owner, repository, _directory(parts[2:]))


def _repository_name(segment: str) -> str | None:
    name = segment.split("@", maxsplit=1)[0].rstrip(_TRAILING)
    if name.lower().endswith(".git"):
        name = name[:-4]
    if not REPOSITORY.fullmatch(name) or set(name) <= {"."}:
        return None
    return name


def _directory(rest: list[str]) -> str | None:
    """Return the path below a branch in `tree/main/path`."""
    return "/".join(rest[2:]) if len(rest) > 2 and rest[0] == "tree" else None
