"""A browser, a site, and pages that watch what every page must keep to."""

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

sys.path.insert(0, str(Path(__file__).parent))

import chromium
from local_site import site_for_all
from serving import Served, served

NewPage = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here needs a browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not chromium.EXECUTABLE.exists():
        pytest.skip(f"no Chromium at {chromium.EXECUTABLE}; `make browser` installs it")
    with chromium.started() as browser:
        yield browser


@pytest.fixture(scope="session")
def stand_in() -> Iterator[Served]:
    """The site over the stand-in API, whose mood can be changed."""
    with served() as running:
        yield running


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The site under test: that of SITE_URL, else one over a local stack of its own."""
    if address := os.environ.get("SITE_URL"):
        yield address.rstrip("/")
        return
    workers = "PYTEST_XDIST_WORKER" in os.environ
    base = tmp_path_factory.getbasetemp()
    with site_for_all((base.parent if workers else base) / "site") as url:
        yield url


@pytest.fixture(scope="session")
def api(site: str) -> Iterator[httpx.Client]:
    """The API behind the site under test, asked directly."""
    with httpx.Client(base_url=site, timeout=30) as client:
        yield client


@pytest.fixture(scope="session")
def popular(api: httpx.Client) -> list[dict[str, Any]]:
    """The most downloaded packages of the site."""
    packages: list[dict[str, Any]] = api.get("/api/packages").json()["packages"]
    return packages


@pytest.fixture(scope="session")
def malicious(api: httpx.Client) -> str:
    """A package of the site that is flagged as malicious."""
    listed = api.get("/api/advisories", params={"kind": "malicious", "limit": 100}).json()
    for advisory in listed["advisories"]:
        for package in advisory["packages"]:
            answer = api.get(f"/api/packages/{package['name']}")
            if answer.is_success and answer.json()["security"]["status"] == "malicious":
                return str(package["name"])
    pytest.skip("the site under test knows no malicious package")


class Watch:
    """What a page did that none may do: asked elsewhere, broke its policy, failed."""

    def __init__(self, origin: str) -> None:
        self.origin = urlsplit(origin)
        self.faults: list[str] = []
        self.expects_failures = False
        self.allowed_elsewhere: set[str] = set()

    def attach(self, page: Page) -> None:
        page.on("request", lambda request: self.requested(request.url))
        page.on("pageerror", lambda error: self.faults.append(f"error: {error}"))
        page.on("console", self.spoke)

    def requested(self, url: str) -> None:
        parts = urlsplit(url)
        known = {self.origin.netloc, *self.allowed_elsewhere}
        if parts.scheme in ("http", "https") and parts.netloc not in known:
            self.faults.append(f"asked elsewhere: {url}")

    def spoke(self, message: ConsoleMessage) -> None:
        loading = message.text.startswith("Failed to load resource")
        if message.type == "error" and not (loading and self.expects_failures):
            self.faults.append(f"console: {message.text}")


@pytest.fixture
def watch(site: str) -> Iterator[Watch]:
    """Watches the test's pages, and fails the test for what they must not do."""
    watch = Watch(site)
    yield watch
    assert watch.faults == []


@pytest.fixture
def new_page(browser: Browser, site: str, watch: Watch) -> Iterator[NewPage]:
    """Makes pages, each in a context of its own: `new_page(color_scheme="dark")`."""
    contexts: list[BrowserContext] = []

    def make(**options: Any) -> Page:
        size = options.pop("viewport", {"width": 1280, "height": 900})
        context = browser.new_context(base_url=site, viewport=size, **options)
        contexts.append(context)
        page = context.new_page()
        watch.attach(page)
        return page

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def page(new_page: NewPage) -> Page:
    """A page on a desktop in light colours."""
    return new_page(color_scheme="light")


@pytest.fixture
def name(popular) -> str:
    """A package with a repository, as most have."""
    return str(next(each["name"] for each in popular if each["repository"]))
