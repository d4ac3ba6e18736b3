"""The repositories of a data set."""

from typing import Any

import msgspec

from simulators.dataset import Dataset, without_nulls


class LatestRelease(msgspec.Struct, frozen=True):
    """The newest release of a repository."""

    tag_name: str
    published_at: str


class RepositoryNumbers(msgspec.Struct, frozen=True):
    """The part of a REST document that the server itself needs."""

    id: int
    size: int = 1
    open_issues_count: int = 0
    pushed_at: str = "1970-01-01T00:00:00Z"


class Line(msgspec.Struct, frozen=True):
    """One line of `github.jsonl.gz`."""

    full_name: str
    status: int = 200
    moved_to: str | None = None
    repo: msgspec.Raw = msgspec.Raw()
    contributors: int | None = None
    """None: GitHub says that the history is too large to count."""
    contributor_commits: list[int] = []
    """Commits by contributor, descending."""
    commits_year: int = 0
    commits_90d: int = 0
    commits_since_release: int = 0
    releases: int = 0
    latest_release: LatestRelease | None = None
    open_pulls: int = 0
    closed_issues: int = 0
    merged_pulls_year: int = 0
    discussions: int = 0


_DECODER = msgspec.json.Decoder(Line)


class Repository(msgspec.Struct, frozen=True):
    """A repository that answers."""

    facts: Line
    document: bytes
    numbers: RepositoryNumbers

    @property
    def empty(self) -> bool:
        """Whether it holds no commit at all."""
        return self.numbers.size == 0


class RepositoryStore:
    """Looks repositories up by name, in any case, and by id."""

    def __init__(self, dataset: Dataset) -> None:
        self._lines: dict[str, Line] = {}
        self._by_name: dict[str, Repository] = {}
        self._by_id: dict[int, Repository] = {}
        dataset.read_github(self.publish)

    def publish(self, line: bytes) -> None:
        """Take in one line of `github.jsonl.gz`, in the place of what that name answered before."""
        told = _DECODER.decode(without_nulls(line))
        name = told.full_name.lower()
        self._lines[name] = told
        if before := self._by_name.pop(name, None):
            self._by_id.pop(before.numbers.id, None)
        if repository := _repository(told):
            self._by_name[name] = self._by_id[repository.numbers.id] = repository

    def status(self, full_name: str) -> int:
        """How the name answers: 200, 301, 404 or 451."""
        line = self._lines.get(full_name.lower())
        return line.status if line else 404

    def named(self, full_name: str) -> Repository | None:
        """The repository of that name, as long as it did not move."""
        return self._by_name.get(full_name.lower())

    def with_id(self, number: int) -> Repository | None:
        """The repository of that id, whatever its name is now."""
        return self._by_id.get(number)

    def searched(self, query: str) -> Repository | None:
        """The repository that a search names by `repo:owner/name`."""
        names = [word.removeprefix("repo:") for word in query.split() if word.startswith("repo:")]
        return (self.named(names[0]) or self.moved(names[0])) if names else None

    def moved(self, full_name: str) -> Repository | None:
        """Where a name that answers 301 leads."""
        line = self._lines.get(full_name.lower())
        return self.named(line.moved_to) if line and line.moved_to else None


def _repository(line: Line) -> Repository | None:
    if line.status != 200 or not bytes(line.repo):
        return None
    numbers: Any = msgspec.json.decode(line.repo, type=RepositoryNumbers)
    return Repository(line, bytes(line.repo), numbers)
