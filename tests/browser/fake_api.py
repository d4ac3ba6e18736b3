"""A small stand-in for the API that can be slow, failing or limiting on demand.

The browser tests use it for what no healthy server does; `python fake_api.py` serves the site on
http://127.0.0.1:8900 for work on the pages alone. Its answers have the API's shapes.
"""

import asyncio
import json
import os
from pathlib import Path
from typing import Any

import sample_reports as reports
import sample_site as site
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

SITE = Path(__file__).parents[2] / "frontend"
HEADERS = json.loads((SITE / "headers.json").read_text())["headers"]
PAGE_OF = {
    "package": "package/index.html",
    "insights": "insights/index.html",
    "search": "search/index.html",
    "compare": "compare/index.html",
    "check": "check/index.html",
    "advisories": "advisories/index.html",
    "status": "status/index.html",
    "about": "about/index.html",
}
EVERYONE = [*site.NAMES, site.UNFOLLOWED]

Answer = dict[str, Any]


class Mood:
    """How the next answers of the API turn out."""

    status: int = 200
    delay_seconds: float = 0
    only: str = ""
    """Part of the address that the mood is for; everything when empty."""

    def touches(self, path: str, query: str) -> bool:
        """Whether a request for this address meets the mood."""
        return path.startswith("/api/") and self.only in f"{path}?{query}"


def problem(status: int, title: str, detail: str) -> Response:
    """A problem document, as RFC 9457 has it."""
    headers = {"Retry-After": "2"} if status in (429, 503) else {}
    body = {"type": "about:blank", "status": status, "title": title, "detail": detail}
    return JSONResponse(body, status, headers, media_type="application/problem+json")


SORT_KEYS = {
    "downloads": lambda p: p["downloads"]["last_month"],
    "stars": lambda p: (p["repository"] or {}).get("stars", -1),
    "momentum": lambda p: p["momentum"]["score"] or -1,
    "health": lambda p: p["health"]["score"] or -1,
    "dependents": lambda p: p["dependents"],
}


def matches(package: Answer, query: dict[str, str]) -> bool:
    """Whether a package passes the filters."""
    topics = (package["repository"] or {}).get("topics", [])
    labels = package["labels"]
    named = ("category", "maintenance", "license", "python", "cadence")
    return (
        all(labels[name] == query[name] for name in named if query.get(name))
        and (not query.get("topic") or query["topic"] in topics)
        and package["downloads"]["last_month"] >= int(query.get("min_downloads") or 0)
        and (package["repository"] or {}).get("stars", 0) >= int(query.get("min_stars") or 0)
        and query.get("q", "") in package["name"]
    )


async def packages(request: Request) -> Response:
    query = dict(request.query_params)
    rows = [p for p in map(site.package, EVERYONE) if matches(p, query)]
    rows.sort(key=SORT_KEYS[query.get("sort", "downloads")], reverse=query.get("order") != "asc")
    return JSONResponse(page_of("packages", rows, query))


def page_of(key: str, rows: list[Answer], query: dict[str, str]) -> Answer:
    """One page of a list."""
    start, limit = int(query.get("cursor") or 0), int(query.get("limit") or 50)
    end = start + limit
    return {
        key: rows[start:end],
        "next": str(end) if end < len(rows) else None,
        "total": len(rows),
        "data_through": str(site.THROUGH),
        "generation": site.GENERATION,
    }


def known(name: str) -> bool:
    return name in EVERYONE or name == site.FLAGGED


async def package(request: Request) -> Response:
    name = request.path_params["name"].lower().replace("_", "-")
    if not known(name):
        return problem(404, "Unknown package", f"There is no package called {name}.")
    return JSONResponse({**site.package(name), **site.details(name)})


async def history(request: Request) -> Response:
    name, by = request.path_params["name"], request.query_params.get("granularity", "day")
    points = site.history_points(name, by)
    return JSONResponse(
        {
            "package": name,
            "series": request.query_params.get("series", "all"),
            "granularity": by,
            "from": points[0]["date"],
            "to": str(site.THROUGH),
            "points": points,
            "data_through": str(site.THROUGH),
            "generation": site.GENERATION,
        }
    )


async def breakdown(request: Request) -> Response:
    days = int(request.query_params.get("days", 30))
    return JSONResponse(
        reports.breakdown(request.path_params["name"], request.path_params["dimension"], days)
    )


async def score(request: Request) -> Response:
    return JSONResponse(reports.score(request.path_params["name"]))


async def package_advisories(request: Request) -> Response:
    name = request.path_params["name"]
    rows = [
        {**advisory, "affects_latest": name == site.NAMES[2]}
        for advisory in reports.advisories()
        if advisory["packages"][0]["name"] == name
    ]
    return JSONResponse({"advisories": rows, "next": None, "total": len(rows)})


async def advisories(request: Request) -> Response:
    query = dict(request.query_params)
    rows = [
        advisory
        for advisory in reports.advisories()
        if all(advisory[key] == query[key] for key in ("kind", "severity") if query.get(key))
        and query.get("package", "") in advisory["packages"][0]["name"]
    ]
    return JSONResponse(page_of("advisories", rows, query))


async def search(request: Request) -> Response:
    query = request.query_params.get("q", "").lower()
    found = [name for name in [*EVERYONE, site.FLAGGED] if query and query in name]
    found.sort(key=lambda name: (name != query, not name.startswith(query), name))
    rows = [
        {
            key: site.package(name)[key]
            for key in ("name", "display_name", "summary", "downloads", "security")
        }
        | {"match": "exact" if name == query else "prefix"}
        | {"why": "its very name" if name == query else f"its name holds “{query}”"}
        | {"project_status": "active", "stale": False}
        for name in found[:8]
    ]
    nearest = [] if rows else [EVERYONE[0]]
    told = {"query": query, "next": None, "total": len(rows), "nearest": nearest}
    return JSONResponse({"packages": rows} | told)


async def compare(request: Request) -> Response:
    names = [name for name in request.query_params.get("names", "").split(",") if known(name)]
    return JSONResponse({"packages": [site.package(name) for name in names[:10]]})


async def facets(request: Request) -> JSONResponse:
    labels = ("category", "maintenance", "license", "python", "cadence")
    return JSONResponse({"facets": {label: [] for label in labels}})


async def insights(request: Request) -> Response:
    categories = [
        insight(name) | {"count": 24, "packages": members(name)[:5]} for name in reports.INSIGHTS
    ]
    return JSONResponse({"categories": categories})


def insight(name: str) -> Answer:
    title = name.replace("_", " ").capitalize()
    meaning = reports.INSIGHTS[name]
    rule = "sample rule"
    return {"name": name, "title": title, "meaning": meaning, "rule": rule, "sort": "downloads"}


def members(name: str) -> list[Answer]:
    place = list(reports.INSIGHTS).index(name)
    why = {
        "why": "The sample's reason.",
        "why_inputs": [{"name": "stars", "value": 7, "unit": "stars"}],
    }
    return [site.package(each) | why for each in EVERYONE[place::5]]


async def insight_list(request: Request) -> Response:
    name = request.path_params["category"]
    if name not in reports.INSIGHTS:
        return problem(404, "Unknown category", f"There is no category called {name}.")
    listing = page_of("packages", members(name), dict(request.query_params))
    return JSONResponse(listing | {"category": insight(name)})


async def status(request: Request) -> Response:
    return JSONResponse(reports.status())


async def definitions(request: Request) -> Response:
    return JSONResponse(reports.definitions())


BADGE = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="120" height="20" role="img">'
    '<rect width="120" height="20" rx="3" fill="#2b5f9e"/>'
    '<text x="60" y="14" fill="#fff" text-anchor="middle" font-size="11">sample</text></svg>'
)


async def badge(request: Request) -> Response:
    return Response(BADGE, media_type="image/svg+xml")


async def nothing(request: Request) -> Response:
    return problem(404, "Not found", "No such address in this API.")


async def file(request: Request) -> Response:
    """A file of the site, or the page that a pretty address stands for."""
    path = request.path_params["path"].strip("/")
    target = SITE / (path or "index.html")
    if target.is_file():
        return FileResponse(target, headers=HEADERS)
    page = PAGE_OF.get(path.partition("/")[0])
    if page and path.count("/") <= 1:
        return FileResponse(SITE / page, headers=HEADERS)
    return FileResponse(SITE / "404.html", 404, headers=HEADERS)


async def openapi(request: Request) -> Response:
    return FileResponse(Path(__file__).with_name("sample_openapi.json"))


async def reference(request: Request) -> Response:
    return FileResponse(SITE / "api-docs/index.html", headers=HEADERS)


def application(mood: Mood) -> Any:
    """The stand-in as an ASGI application; `mood` may be changed while it runs."""
    routes = [
        Route("/api/docs", reference),
        Route("/api/openapi.json", openapi),
        Route("/api/packages", packages),
        Route("/api/packages/{name}", package),
        Route("/api/packages/{name}/history", history),
        Route("/api/packages/{name}/breakdown/{dimension}", breakdown),
        Route("/api/packages/{name}/score", score),
        Route("/api/packages/{name}/advisories", package_advisories),
        Route("/api/advisories", advisories),
        Route("/api/facets", facets),
        Route("/api/search", search),
        Route("/api/compare", compare),
        Route("/api/insights", insights),
        Route("/api/insights/{category}", insight_list),
        Route("/api/status", status),
        Route("/api/definitions", definitions),
        Route("/api/badge/{name}/{metric}.svg", badge),
        Route("/api/{rest:path}", nothing),
        Route("/{path:path}", file),
    ]
    site_app = Starlette(routes=routes)

    async def moody(scope: Any, receive: Any, send: Any) -> None:
        asked = scope.get("path", ""), scope.get("query_string", b"").decode()
        if scope["type"] == "http" and mood.touches(*asked):
            await asyncio.sleep(mood.delay_seconds)
            if mood.status != 200:
                answer = problem(mood.status, "Out of order", "Made to fail for a test.")
                return await answer(scope, receive, send)
        return await site_app(scope, receive, send)

    return moody


if __name__ == "__main__":
    import uvicorn

    uvicorn.run(application(Mood()), port=int(os.environ.get("PORT", "8900")), log_level="warning")
