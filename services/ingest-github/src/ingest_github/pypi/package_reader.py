"""One look at one package: facts and the repository it names, or why there are none."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from events import MetadataTask, Outcome, PackageObservation
from ingest_github.clock import Clock, moment_of
from ingest_github.json_fields import UNREADABLE, mapping, text
from ingest_github.pypi.client import Answer, PyPI, UnreadableError
from ingest_github.pypi.package_facts import (
    Document,
    ProjectPage,
    decode_document,
    decode_project_page,
    package_facts,
    package_info,
    status_facts,
)
from ingest_github.repositories.choice import ProjectLinks, choose_repository


@dataclass(frozen=True)
class PackageLook:
    """What one look at a package gave."""

    observation: PackageObservation
    links: ProjectLinks | None = None
    """Where the document was read: what its repository is judged by."""


class PackageReader:
    """Looks at packages; a package that cannot be read is an outcome, not an exception."""

    def __init__(self, pypi: PyPI, clock: Clock) -> None:
        self._pypi = pypi
        self._clock = clock

    async def read(self, task: MetadataTask, day: date, requests: Counter[str]) -> PackageLook:
        """Look at one package."""
        try:
            answer = await self._pypi.document(task.name, task.pypi_etag, requests)
            if answer.outcome == Outcome.UNCHANGED:
                return self._ended(task, Outcome.UNCHANGED, answer=answer)
            page = await self._project_page(task.name, requests)
            if answer.outcome == Outcome.GONE:
                return self._without_document(task, page, day)
            return self._read_through(task, answer, page, day)
        except UnreadableError as error:
            return self._ended(task, Outcome.FAILED, reason=str(error))
        except UNREADABLE as error:
            return self._ended(task, Outcome.FAILED, reason=f"PyPI: no JSON document: {error}")

    async def _project_page(self, name: str, requests: Counter[str]) -> ProjectPage | None:
        answer = await self._pypi.project_page(name, requests)
        return decode_project_page(answer.body) if answer.outcome == Outcome.OK else None

    def _read_through(
        self, task: MetadataTask, answer: Answer, page: ProjectPage | None, day: date
    ) -> PackageLook:
        document = decode_document(answer.body)
        facts = package_facts(task.name, document, page, day)
        links = project_links(task.name, document)
        observation = PackageObservation(
            name=task.name,
            outcome=Outcome.OK,
            observed_at=moment_of(self._clock),
            serial=_serial(document, answer),
            etag=answer.etag,
            facts=facts,
            repository=choose_repository(links),
        )
        return PackageLook(observation, links)

    def _without_document(
        self, task: MetadataTask, page: ProjectPage | None, day: date
    ) -> PackageLook:
        """Tell a package that is gone from one that has nothing to install."""
        if page is None:
            return self._ended(task, Outcome.GONE, reason="PyPI does not know the name")
        facts = status_facts(task.name, page, day)
        return PackageLook(
            PackageObservation(
                name=task.name,
                outcome=Outcome.EMPTY,
                observed_at=moment_of(self._clock),
                reason=f"no release to install; the project is {facts.project_status}",
                facts=facts,
            )
        )

    def _ended(
        self,
        task: MetadataTask,
        outcome: Outcome,
        *,
        reason: str | None = None,
        answer: Answer | None = None,
    ) -> PackageLook:
        return PackageLook(
            PackageObservation(
                name=task.name,
                outcome=outcome,
                observed_at=moment_of(self._clock),
                reason=reason,
                serial=answer.serial if answer else None,
                etag=answer.etag if answer else None,
            )
        )


def project_links(name: str, document: Document) -> ProjectLinks:
    """Give what a document says that helps to find the package's repository."""
    info = package_info(document)
    roles = mapping(document.ownership).get("roles")
    accounts = [mapping(role).get("user") for role in roles] if isinstance(roles, list) else []
    people = [*accounts, mapping(document.ownership).get("organization"), info.get("author")]
    return ProjectLinks(
        name=name,
        project_urls={
            label: address
            for label, address in mapping(info.get("project_urls")).items()
            if isinstance(address, str)
        },
        home_page=text(info.get("home_page"), 500),
        download_url=text(info.get("download_url"), 500),
        description=_string(info.get("description")),
        people=[person for person in people if isinstance(person, str) and person],
    )


def _string(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _serial(document: Document, answer: Answer) -> int | None:
    stated = document.last_serial
    return stated if isinstance(stated, int) and stated > 0 else answer.serial
