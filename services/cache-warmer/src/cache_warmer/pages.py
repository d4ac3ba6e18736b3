"""Which pages are made ready before visitors are moved to a generation."""

from collections.abc import Iterable

SORTS = ("downloads", "stars", "momentum", "health", "dependents")
"""Orders of the leaderboard, each with a front page."""

FRONT = (
    "/api/packages",
    *(f"/api/packages?sort={sort}" for sort in SORTS),
    "/api/facets",
    "/api/insights",
    "/api/advisories",
    "/api/status",
    "/api/definitions",
)
"""What the site's own pages ask for first."""

OF_PACKAGE = ("", "/history", "/score", "/recent", "/overall")
"""Behind the address of each of the most downloaded packages."""


def insight_pages(categories: Iterable[str]) -> list[str]:
    """Return the page of each category."""
    return [f"/api/insights/{category}" for category in categories]


def package_pages(names: Iterable[str]) -> list[str]:
    """Return the pages of each package."""
    return [f"/api/packages/{name}{page}" for name in names for page in OF_PACKAGE]


def in_order(*lists: Iterable[str]) -> list[str]:
    """Return each page once, at its first place."""
    return list(dict.fromkeys(page for pages in lists for page in pages))
