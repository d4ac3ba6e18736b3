"""Take a picture of every page in both themes and two widths.

`SITE_URL=http://localhost:8000 python screenshots.py [folder]`; a width of 1280 pixels and that
of a phone. With SITE_URL=sample the stand-in site is shown.
"""

import os
import sys
from contextlib import nullcontext
from pathlib import Path

from chromium import settle, started, visit
from pages import addresses
from playwright.sync_api import Browser, Page
from serving import Served, served

WIDTHS = {"desktop": 1280, "phone": 360}
THEMES = ("light", "dark")
ENDLESS = ("home", "insight", "advisories")
"""Pages that go on and on: their first view is the picture."""


def main() -> None:
    """Write the pictures and say where."""
    address = os.environ.get("SITE_URL", "http://localhost:8000")
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else ".local/screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    with served() if address == "sample" else nullcontext() as running, started() as browser:
        photograph(browser, running.url if isinstance(running, Served) else address, folder)


def photograph(browser: Browser, site: str, folder: Path) -> None:
    """Take every picture."""
    for name, path in addresses(site).items():
        for theme in THEMES:
            for device, width in WIDTHS.items():
                target = folder / f"{name}-{theme}-{device}.png"
                take(browser, site + path, theme, width, target, whole=name not in ENDLESS)
                print(target)


def take(
    browser: Browser, address: str, theme: str, width: int, target: Path, *, whole: bool
) -> None:
    """Take one picture, of the whole page or of its first view."""
    context = browser.new_context(
        color_scheme="dark" if theme == "dark" else "light",
        viewport={"width": width, "height": 900},
    )
    page = context.new_page()
    visit(page, address)
    if whole:
        load_lazy_pictures(page)
    page.wait_for_timeout(300)  # the chart draws itself in the next frames
    page.screenshot(path=target, full_page=whole)
    context.close()


def load_lazy_pictures(page: Page) -> None:
    """Let badges load, which wait until they are near."""
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    settle(page)
    page.evaluate("scrollTo(0, 0)")


if __name__ == "__main__":
    main()
