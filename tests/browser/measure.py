"""Print what a visitor's browser measures on each page: paint, blocking, shift, bytes.

`SITE_URL=http://localhost:8000 python measure.py`; with SITE_URL=sample the stand-in is measured.
The first visit of a fresh browser on a slow phone's line and processor, as Lighthouse has it.
"""

import os
from contextlib import nullcontext
from typing import Any

from chromium import settle, started
from pages import addresses
from playwright.sync_api import Browser, CDPSession
from serving import Served, served

LATENCY_MS = 150
BYTES_PER_SECOND = 1_638_400 / 8
"""1.6 megabits: Lighthouse's slow 4G."""
PROCESSOR_SLOWDOWN = 4
LONG_TASK_MS = 50
"""What a task takes beyond this counts as blocking."""

OBSERVE = """
const found = (window.measured = { paint: 0, shift: 0, blocking: 0 });
const observe = (type, take) =>
  new PerformanceObserver((list) => list.getEntries().forEach(take))
    .observe({ type, buffered: true });
observe("largest-contentful-paint", (entry) => { found.paint = entry.startTime; });
observe("layout-shift", (entry) => { found.shift += entry.hadRecentInput ? 0 : entry.value; });
observe("longtask", (entry) => { found.blocking += Math.max(0, entry.duration - LIMIT); });
""".replace("LIMIT", str(LONG_TASK_MS))


def main() -> None:
    """Measure every page and print a table."""
    address = os.environ.get("SITE_URL", "http://localhost:8000")
    print(f"{'page':<11}{'largest paint':>14}{'blocking':>10}{'shift':>8}{'script':>9}{'all':>9}")
    with served() if address == "sample" else nullcontext() as running, started() as browser:
        site = running.url if isinstance(running, Served) else address
        for name, path in addresses(site).items():
            show(name, measure(browser, site + path))


def show(name: str, found: dict[str, float]) -> None:
    """Print one line."""
    print(
        f"{name:<11}{found['paint']:>11.0f} ms{found['blocking']:>7.0f} ms{found['shift']:>8.3f}"
        f"{found['script'] / 1000:>6.1f} kB{found['all'] / 1000:>6.1f} kB"
    )


def measure(browser: Browser, address: str) -> dict[str, float]:
    """Visit one page with an empty cache."""
    context = browser.new_context(viewport={"width": 412, "height": 823})
    page = context.new_page()
    page.add_init_script(OBSERVE)
    session = context.new_cdp_session(page)
    transferred = count_bytes(session)
    slow_down(session)
    page.goto(address)
    settle(page)
    page.wait_for_timeout(500)
    found: dict[str, float] = page.evaluate("window.measured")
    context.close()
    return found | transferred


def slow_down(session: CDPSession) -> None:
    """Give the browser a slow line and a slow processor."""
    limits = {
        "offline": False,
        "latency": LATENCY_MS,
        "downloadThroughput": BYTES_PER_SECOND,
        "uploadThroughput": BYTES_PER_SECOND,
    }
    session.send("Network.emulateNetworkConditions", limits)
    session.send("Emulation.setCPUThrottlingRate", {"rate": PROCESSOR_SLOWDOWN})


def count_bytes(session: CDPSession) -> dict[str, float]:
    """Count what comes over the line, compressed, as it comes."""
    transferred: dict[str, float] = {"script": 0, "all": 0}
    scripts: set[str] = set()

    def received(event: dict[str, Any]) -> None:
        if event["type"] == "Script":
            scripts.add(event["requestId"])

    def finished(event: dict[str, Any]) -> None:
        transferred["all"] += event["encodedDataLength"]
        if event["requestId"] in scripts:
            transferred["script"] += event["encodedDataLength"]

    session.send("Network.enable")
    session.on("Network.responseReceived", received)
    session.on("Network.loadingFinished", finished)
    return transferred


if __name__ == "__main__":
    main()
