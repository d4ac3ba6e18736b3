"""One look at one package: facts and the repository it names, or why there are none."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from msgspec.structs import replace

from events import MetadataTask, Outcome, PackageObservation
from ingest_github.clock import Clock, moment_of
from ingest_github.json_fields import UNREADABLE, mapping, text
from ingest_github.pypi.client import Answer, PyPI, UnreadableError
from ingest_github.pypi.package_facts import (
    QUARANTINED,
    Document,
    decode_document,
    decode_project_page,
    package_facts,
    package_info,
    project_status,
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
        looking = self._document_and_page if task.read_package else self._page_alone
        try:
            return await looking(task, day, requests)
        except UnreadableError as error:
            return self._ended(task, Outcome.FAILED, reason=str(error))
        except UNREADABLE as error:
            return self._ended(task, Outcome.FAILED, reason=f"PyPI: no JSON document: {error}")

    async def _document_and_page(
        self, task: MetadataTask, day: date, requests: Counter[str]
    ) -> PackageLook:
        document = await self._pypi.document(task.name, task.pypi_etag, requests)
        if document.outcome == Outcome.UNCHANGED:
            # Archiving changes neither the document nor its ETag: the page alone tells.
            page = await self._pypi.project_page(task.name, task.page_etag, requests)
            return self._unchanged(task, document, page, day)
        page = await self._pypi.project_page(task.name, None, requests)
        if document.outcome == Outcome.GONE:
            return self._without_document(task, page, day)
        return self._read_through(task, document, page, day)

    async def _page_alone(
        self, task: MetadataTask, day: date, requests: Counter[str]
    ) -> PackageLook:
        page = await self._pypi.project_page(task.name, task.page_etag, requests)
        if page.outcome == Outcome.GONE:
            return self._without_document(task, page, day)
        return self._unchanged(task, None, page, day)

    def _unchanged(
        self, task: MetadataTask, document: Answer | None, page: Answer, day: date
    ) -> PackageLook:
        """Tell what the page says where the document says nothing new, or was not asked for."""
        if page.outcome != Outcome.OK:
            return self._ended(task, Outcome.UNCHANGED, answer=document)
        status = project_status(decode_project_page(page.body))
        if status.status == QUARANTINED:
            return self._without_document(task, page, day)
        look = self._ended(task, Outcome.UNCHANGED, answer=document)
        told = replace(look.observation, page_etag=page.etag, status=status)
        return PackageLook(told)

    def _read_through(
        self, task: MetadataTask, answer: Answer, page: Answer, day: date
    ) -> PackageLook:
        document = decode_document(answer.body)
        told = decode_project_page(page.body) if page.outcome == Outcome.OK else None
        facts = package_facts(task.name, document, told, day)
        links = project_links(task.name, document)
        observation = PackageObservation(
            name=task.name,
            outcome=Outcome.OK,
            observed_at=moment_of(self._clock),
            serial=_serial(document, answer),
            etag=answer.etag,
            page_etag=page.etag,
            facts=facts,
            repository=choose_repository(links),
        )
        return PackageLook(observation, links)

    def _without_document(self, task: MetadataTask, page: Answer, day: date) -> PackageLook:
        """Tell a package that is gone from one that has nothing to install."""
        if page.outcome == Outcome.GONE:
            return self._ended(task, Outcome.GONE, reason="PyPI does not know the name")
        facts = status_facts(task.name, decode_project_page(page.body), day)
        return PackageLook(
            PackageObservation(
                name=task.name,
                outcome=Outcome.EMPTY,
                observed_at=moment_of(self._clock),
                reason=f"no release to install; the project is {facts.project_status}",
                page_etag=page.etag,
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
    """Return what a document says that helps to find the package's repository."""
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
