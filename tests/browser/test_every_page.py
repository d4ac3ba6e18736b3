"""What holds for every page of the site."""

import gzip
import json
import re
from pathlib import Path

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from chromium import visit
from pages import PAGES, addresses

FRONTEND = Path(__file__).parents[2] / "frontend"
SCRIPT_LIMIT_BYTES = 150_000
WRITTEN_BY_THE_SERVER = {"package", "flagged", "insights", "insight"}
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="session")
def address(site: str) -> dict[str, str]:
    return addresses(site)


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_no_barrier_in_either_theme(new_page, watch, address, name):
    page = new_page(reduced_motion="reduce")  # else colours are still on their way
    watch.expects_failures = name == "missing"
    visit(page, address[name])
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        found = Axe().run(page, options={"runOnly": TAGS, "resultTypes": ["violations"]})
        assert [
            (theme, each["id"], [node["html"][:160] for node in each["nodes"]])
            for each in found.response["violations"]
        ] == []


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_wider_than_a_phone_or_a_doubled_zoom(new_page, watch, address, name):
    page = new_page(viewport={"width": 320, "height": 700})
    watch.expects_failures = name == "missing"
    visit(page, address[name])
    for width in (320, 640):
        page.set_viewport_size({"width": width, "height": 700})
        page.wait_for_timeout(100)  # charts follow the width in the next frames
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_missing_page_names_itself_and_is_not_indexed(page, watch, address):
    watch.expects_failures = True
    visit(page, address["missing"])
    assert page.title() == "Not found · PyPI Stats"
    assert page.locator("meta[name=robots]").get_attribute("content") == "noindex"
    assert page.locator("link[rel=canonical]").count() == 0
    assert page.locator("h1").count() == 1


@pytest.mark.parametrize("name", PAGES)
def test_without_javascript_it_says_so(new_page, watch, address, name):
    page = new_page(java_script_enabled=False)
    watch.expects_failures = name == "missing"
    page.goto(address[name])
    notice = page.locator("noscript .notice, noscript .note")
    assert re.search("needs? JavaScript", notice.text_content() or "")
    shown = notice.bounding_box()
    assert shown
    assert shown["height"] > (10 if name in WRITTEN_BY_THE_SERVER else 40)


@pytest.mark.parametrize("name", sorted(WRITTEN_BY_THE_SERVER))
def test_without_javascript_its_content_is_read(new_page, address, name):
    page = new_page(java_script_enabled=False)
    page.goto(address[name])
    assert page.locator("#main h1").count() == 1
    read = page.locator("#main").inner_text()
    assert "Loading" not in read
    assert len(read) > 200
    assert name == "insights" or re.search(r"[0-9]{2}", read)


@pytest.mark.parametrize("name", [name for name in PAGES if name != "missing"])
def test_a_crawler_without_javascript_reads_what_a_visitor_sees(new_page, address, name):
    crawler, visitor = new_page(java_script_enabled=False), new_page()
    visit(visitor, address[name])
    crawler.goto(address[name])
    assert "PyPI Stats" in crawler.title()
    assert crawler.title() == visitor.title()
    assert visitor.locator("h1").count() == 1
    for selector, attribute in (
        ("link[rel=canonical]", "href"),
        ("meta[property='og:url']", "content"),
        ("meta[property='og:image']", "content"),
        ("meta[name=description]", "content"),
    ):
        read = crawler.locator(selector).get_attribute(attribute) or ""
        assert read == visitor.locator(selector).get_attribute(attribute)
        wanted = r".{20}" if selector == "meta[name=description]" else r"https?://[^/]+/"
        assert re.match(wanted, read)


def test_every_page_is_sent_with_the_documented_headers(api, address):
    wanted = json.loads((FRONTEND / "headers.json").read_text())["headers"]
    for path in address.values():
        answer = api.get(path)
        assert {name: answer.headers.get(name) for name in wanted} == wanted


def test_the_policy_allows_nothing_inline_and_nothing_foreign():
    policy = json.loads((FRONTEND / "headers.json").read_text())["headers"][
        "Content-Security-Policy"
    ]
    assert "unsafe" not in policy
    assert "http" not in policy
    assert "default-src 'none'" in policy


def test_pages_hold_no_inline_script_or_style():
    for file in FRONTEND.rglob("*.html"):
        text = file.read_text()
        assert not re.search(r"<script(?![^>]*\bsrc=)", text), file
        assert not re.search(r"<style|\sstyle=|\son\w+=", text), file


def test_pages_share_header_and_footer():
    def frame(text: str, tag: str) -> str:
        found = re.search(rf"<{tag} class=\"site-{tag}\">.*?</{tag}>", text, re.DOTALL)
        assert found
        without_search = re.sub(
            r"<div class=\"search\".*?</form>\s*</div>", "", found[0], flags=re.DOTALL
        )
        return re.sub(r"\s+", " ", without_search.replace(' aria-current="page"', ""))

    texts = [file.read_text() for file in FRONTEND.rglob("*.html")]
    assert len(texts) == 11
    assert len({frame(text, "header") for text in texts}) == 1
    assert len({frame(text, "footer") for text in texts}) == 1


def test_every_file_that_a_page_names_is_there():
    for file in FRONTEND.rglob("*.html"):
        named = re.findall(r"(?:src|href)=\"(/(?:js|css|img|vendor)/[^\"]+)\"", file.read_text())
        assert [name for name in named if not (FRONTEND / name[1:]).is_file()] == []


def test_all_script_is_small():
    scripts = [file for folder in ("js", "vendor") for file in (FRONTEND / folder).rglob("*.js")]
    assert sum(len(gzip.compress(file.read_bytes())) for file in scripts) < SCRIPT_LIMIT_BYTES


def test_vendored_libraries_carry_version_and_licence():
    for folder in (FRONTEND / "vendor").iterdir():
        assert re.search(r"-\d+\.\d+\.\d+$", folder.name)
        assert (folder / "LICENSE").is_file()


def test_robots_find_the_map_of_the_site(api: httpx.Client):
    robots = api.get("/robots.txt")
    assert robots.is_success
    assert "Sitemap:" in robots.text


def test_an_unknown_address_is_404(api: httpx.Client):
    answer = api.get("/there-is-no-such-page")
    assert answer.status_code == 404
    assert "text/html" in answer.headers["content-type"]
