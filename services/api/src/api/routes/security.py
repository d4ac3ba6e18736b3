"""Advisories."""

from fastapi import APIRouter, Response

from api.answers.body import answer
from api.answers.package import Document
from api.database import Connection, Publication
from api.documents.base import documented
from api.documents.reports import Catalogue, PackageAdvisories
from api.lists.advisories import Asked, read_catalogue, read_of_package
from api.routes.context import Stores, listed
from api.routes.parameters import Cursor, Kind, Limit, Name, OfPackage, Severity, Since
from api.search.names import canonical_or_same

router = APIRouter()


@router.get("/api/advisories", **documented(Catalogue, "The advisory catalogue", tag="security"))
async def advisories(
    stores: Stores,
    *,
    kind: Kind = None,
    severity: Severity = None,
    since: Since = None,
    package: OfPackage = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """Return advisories, the newest first; all identifiers of one flaw are one advisory."""

    name = canonical_or_same(package) if package else None
    asked = Asked(kind, severity, since, name, limit, cursor)

    async def read(connection: Connection, _: Publication) -> Document:
        return await read_catalogue(connection, asked)

    return answer(*await stores.database.read(read))


@router.get(
    "/api/packages/{name}/advisories",
    **documented(PackageAdvisories, "Advisories of a package", unknown=True, tag="security"),
)
async def package_advisories(stores: Stores, name: Name) -> Response:
    """Return every advisory that names the package, and whether its latest version is affected."""

    async def read(connection: Connection, _: Publication) -> Document:
        package = await listed(connection, name)
        found = await read_of_package(connection, package)
        return {"package": package["name"], "advisories": found, "total": len(found)}

    return answer(*await stores.database.read(read))
