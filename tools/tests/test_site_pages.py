"""Pages share one header and footer, and preload what their scripts import, no more and no less."""

from pathlib import Path

import pytest

from devstack.codegen import site_pages
from devstack.codegen.generated import FILES
from devstack.settings import CHECKOUT

PAGE = """<head>
    <title>Topics</title>
    <link rel="canonical" href="/status/">
    <link rel="icon" href="/old.svg">
    <link rel="stylesheet" href="/css/own.css">
    <link rel="modulepreload" href="/js/gone.js">
    <script type="module" src="/js/pages/topics.js"></script>
    <link rel="alternate" type="application/atom+xml" href="/feed.atom" title="Topics">
  </head>
    <header class="site-header">old</header>
    <main>its own</main>
    <footer class="site-footer">old</footer>
"""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    scripts = {
        "pages/topics.js": 'import { a } from "../a.js";\nimport {\n  b,\n} from "../b.js";\n',
        "a.js": 'import "./c.js";\nexport const a = () => import("./later.js");\n',
        "b.js": 'import { a } from "./a.js";\nexport const b = "import x from y";\n',
        "c.js": "",
        "later.js": "",
    }
    for name, text in scripts.items():
        file = tmp_path / "js" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    (tmp_path / "topics.html").write_text(PAGE)
    return tmp_path


def test_a_page_preloads_what_its_script_needs_at_once(site: Path) -> None:
    assert site_pages.modules(site, "/js/pages/topics.js") == ["/js/a.js", "/js/b.js", "/js/c.js"]
    made = site_pages.page(site / "topics.html", site)
    assert "/js/c.js" in made
    assert "gone.js" not in made
    assert "later.js" not in made


def test_a_page_keeps_what_is_its_own_and_gets_what_all_have(site: Path) -> None:
    made = site_pages.page(site / "topics.html", site)
    for own in ("<title>Topics</title>", "/css/own.css", "/feed.atom", "<main>its own</main>"):
        assert own in made
    assert '<a href="/status/" aria-current="page">' in made
    assert ">old<" not in made
    (site / "topics.html").write_text(made)
    assert site_pages.page(site / "topics.html", site) == made


def test_every_page_of_the_site_is_as_it_is_made() -> None:
    pages = {name: make for name, make in FILES.items() if name.endswith(".html")}
    assert len(pages) >= 9
    assert [name for name, make in pages.items() if (CHECKOUT / name).read_text() != make()] == []
