"""No page moves while it loads, in whatever order scripts, fonts and answers come."""

from collections.abc import Callable

import pytest
from chromium import visit
from pages import PAGES, addresses
from playwright.sync_api import Page, Route

SHIFT_LIMIT = 0.005
"""Cumulative layout shift; 0.1 counts as good, and a page that does not move has none."""
STEP_MS = 80
"""Between two arrivals: each is painted before the next."""
QUIET_STEPS = 4
"""Steps without a request, after which nothing more is asked."""
LOADED = [name for name in PAGES if name != "missing"]
OBSERVE = """
window.moves = [];
const place = ({ x, y, width, height }) => [x, y, width, height].map(Math.round).join(" ");
const told = ({ node, previousRect, currentRect }) =>
  `${node?.nodeName} ${node?.id || node?.className || node?.textContent}: ` +
  `${place(previousRect)} > ${place(currentRect)}`;
new PerformanceObserver((list) =>
  list.getEntries().filter((entry) => !entry.hadRecentInput).forEach(({ value, sources }) =>
    window.moves.push({ value, of: sources.map(told) })),
).observe({ type: "layout-shift", buffered: true });
"""
ORDERS: dict[str, Callable[[str], tuple[bool, str]]] = {
    "fonts first, answers as named": lambda kind: (kind != "font", kind),
    "fonts last, answers backwards": lambda kind: (
        kind == "font",
        "".join(chr(0x10FFFF - ord(letter)) for letter in kind),
    ),
}


@pytest.fixture(scope="session")
def address(site: str) -> dict[str, str]:
    return addresses(site)


def kind_of(url: str) -> str:
    """Return what is held back and let through alone; empty for what comes at once."""
    path = url.partition("?")[0]
    if path.endswith(".woff2"):
        return "font"
    held = "/js/pages/" in path or ("/api/" in path and not path.endswith("/api/docs"))
    return path if held else ""


def moves_of(page: Page) -> list[object]:
    """Return what moved without the visitor's doing, where that is more than nothing."""
    moves: list[dict[str, float]] = page.evaluate("window.moves")
    return [*moves] if sum(move["value"] for move in moves) > SHIFT_LIMIT else []


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("name", LOADED)
def test_nothing_moves_while_it_loads(new_page, address, name, width):
    page = new_page(viewport={"width": width, "height": 800})
    page.add_init_script(OBSERVE)
    visit(page, address[name])
    page.wait_for_timeout(300)
    assert moves_of(page) == []


@pytest.mark.parametrize(("width", "order"), list(zip([360, 1280], ORDERS, strict=True)))
@pytest.mark.parametrize("name", LOADED)
def test_nothing_moves_in_any_order_of_arrival(new_page, address, name, width, order):
    page = new_page(viewport={"width": width, "height": 800})
    page.add_init_script(OBSERVE)
    let_through_one_by_one(page, address[name], ORDERS[order])
    assert moves_of(page) == []


def let_through_one_by_one(
    page: Page, address: str, order: Callable[[str], tuple[bool, str]]
) -> None:
    """Open the page and let what it asks for come in that order, with a paint between."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route(lambda url: bool(kind_of(url)), hold)
    page.goto(address, wait_until="commit")
    quiet = 0
    while quiet < QUIET_STEPS:
        page.wait_for_timeout(STEP_MS)
        quiet = 0 if held else quiet + 1
        held.sort(key=lambda route: order(kind_of(route.request.url)))
        if held:
            held.pop(0).continue_()
