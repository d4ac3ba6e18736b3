"""Every page of the site, for the tests and the screenshots."""

from typing import Any

import httpx

PAGES = {
    "home": "/",
    "package": "/package/{package}/",
    "flagged": "/package/{flagged}/",
    "insights": "/insights/",
    "insight": "/insights/{insight}/",
    "search": "/search/?q={package}",
    "compare": "/compare/?names={several}",
    "check": "/check/?names={several},no-such-package,-e",
    "advisories": "/advisories/",
    "status": "/status/",
    "about": "/about/",
    "api": "/api/docs",
    "missing": "/there-is-no-such-page",
}


def addresses(site: str) -> dict[str, str]:
    """The address of every page, with names that the site knows."""
    with httpx.Client(base_url=site, timeout=30) as api:
        names = [each["name"] for each in api.get("/api/packages").json()["packages"]]
        insights = [each["name"] for each in api.get("/api/insights").json()["categories"]]
        chosen = {
            "package": names[2],
            "flagged": flagged(api) or names[2],
            "insight": insights[0],
            "several": ",".join(names[2:6]),
        }
    return {name: path.format(**chosen) for name, path in PAGES.items()}


def flagged(api: httpx.Client) -> str | None:
    """A package that the site warns of."""
    advisories: list[dict[str, Any]] = api.get(
        "/api/advisories", params={"kind": "malicious", "limit": 100}
    ).json()["advisories"]
    named = (package["name"] for advisory in advisories for package in advisory["packages"])
    known = (name for name in named if api.get(f"/api/packages/{name}").is_success)
    return next(known, None)
