"""What the site's pages share: their head's links, header and footer, renewed in each HTML file.

A page keeps its title, description, own style sheets, feeds and main part. All else comes from
`partials/` and from the imports of its script, so that what is preloaded is what is needed.
"""

import json
import re
from collections.abc import Callable, Iterator
from functools import cache, partial
from importlib.resources import files
from pathlib import Path

from devstack.settings import CHECKOUT
from domain.flags import FLAGGED, RULES, SEVERE
from domain.warnings import BY_PROJECT_STATUS, BY_SECURITY, GRAVE, Notice

FRONTEND = CHECKOUT / "frontend"
FONTS = (
    "/vendor/ibm-plex-sans-5.3.0/ibm-plex-sans-latin-wght-normal.woff2",
    "/vendor/ibm-plex-mono-5.3.0/ibm-plex-mono-latin-500-normal.woff2",
)
CHARTS = "/vendor/uplot-1.6.32/uPlot.iife.min.js"
"""The library of charts: minified it is no module, so pages with charts name it."""
SHEETS = ("tokens", "base", "layout", "forms", "tables", "components", "details")
"""Style sheets of every page, in their order; a page's own follow, `print` is the last."""

STATIC_IMPORT = re.compile(
    r"""^(?:import|export|\})[^"';]*\bfrom\s+["']([^"']+)["']""", re.MULTILINE
)
BARE_IMPORT = re.compile(r"""^import\s+["']([^"']+)["']""", re.MULTILINE)
SCRIPT = re.compile(r'<script type="module" src="(/js/pages/[^"]+)">')
SHEET = re.compile(r'<link rel="stylesheet" href="([^"]+)">')
FEED = re.compile(r'<link rel="alternate" [^>]*>')
LINKS = re.compile(r' *<link rel="icon".*?(?= *</head>)', re.DOTALL)
HEADER = re.compile(r' *<header class="site-header">.*?</header>\n', re.DOTALL)
FOOTER = re.compile(r' *<footer class="site-footer">.*?</footer>\n', re.DOTALL)
SEARCH = '<div class="search" role="search">'
CANONICAL = re.compile(r'<link rel="canonical" href="([^"]+)">')


def flagged_module() -> str:
    """Return the site's module of the findings that flag a package, as the services know them."""
    return (
        "/** Findings that flag a package. Made from libs/domain by `make generate`. */\n"
        f"export const FLAGGED = {json.dumps(FLAGGED)};\n"
        "/** Severities of an open flaw that keep a package out of insight lists. */\n"
        f"export const SEVERE = {json.dumps(SEVERE)};\n"
    )


def rules_module() -> str:
    """Return the About page's module of the rule of flagged packages, in the services' words."""
    return (
        "/** What is found, and what follows. Made from libs/domain by `make generate`. */\n"
        f"export const RULES = {json.dumps(RULES, indent=2)};\n"
    )


def warnings_module() -> str:
    """Return the site's module of what a package's page warns of, in the services' words."""
    tables = {"BY_SECURITY": BY_SECURITY, "BY_PROJECT_STATUS": BY_PROJECT_STATUS}
    return (
        "/** What a package's page warns of. Made from libs/domain by `make generate`. */\n"
        + "".join(
            f"export const {name} = {json.dumps(_by_name(table), indent=2)};\n"
            for name, table in tables.items()
        )
        + "/** What is warned of in the colour of danger. */\n"
        f"export const GRAVE = {json.dumps(GRAVE)};\n"
    )


def _by_name(table: dict[str, Notice]) -> dict[str, dict[str, str]]:
    return {name: notice._asdict() for name, notice in table.items()}


def pages() -> dict[str, Callable[[], str]]:
    """Return what makes each page of the site, by its path in the checkout."""
    found = [each for each in sorted(FRONTEND.rglob("*.html")) if "vendor" not in each.parts]
    return {str(each.relative_to(CHECKOUT)): partial(page, each, FRONTEND) for each in found}


def page(file: Path, site: Path) -> str:
    """Return a page with its shared parts renewed; `site` is the folder that modules lie in."""
    text = file.read_text()
    path = CANONICAL.search(text)
    current = path[1] if path else ""
    return _put(
        _put(_put(text, LINKS, _links(text, site)), HEADER, _header(text, current)),
        FOOTER,
        _partial("footer"),
    )


def _put(text: str, pattern: re.Pattern[str], part: str) -> str:
    return pattern.sub(lambda _: part, text, count=1)


def _links(text: str, site: Path) -> str:
    (script,) = SCRIPT.findall(text)
    needed = modules(site, script)
    charts = [f'<script src="{CHARTS}" defer></script>'] if "/js/chart.js" in needed else []
    lines = [
        '<link rel="icon" href="/img/mark.svg" type="image/svg+xml">',
        *(
            f'<link rel="preload" href="{font}" as="font" type="font/woff2" crossorigin>'
            for font in FONTS
        ),
        *(f'<link rel="stylesheet" href="{sheet}">' for sheet in _sheets(text)),
        '<link rel="stylesheet" href="/css/print.css" media="print">',
        '<script src="/js/theme.js"></script>',
        *(f'<link rel="modulepreload" href="{name}">' for name in needed),
        *charts,
        f'<script type="module" src="{script}"></script>',
        *FEED.findall(text),
    ]
    return "".join(f"    {line}\n" for line in lines)


def _sheets(text: str) -> Iterator[str]:
    """Yield libraries' style sheets, those of every page, and the page's own."""
    shared = [f"/css/{name}.css" for name in SHEETS]
    own = [sheet for sheet in SHEET.findall(text) if sheet not in shared]
    yield from (sheet for sheet in own if sheet.startswith("/vendor/"))
    yield from shared
    yield from (sheet for sheet in own if not sheet.startswith("/vendor/"))


def modules(site: Path, script: str) -> list[str]:
    """Return the modules that a script imports, itself or through others, each once.

    Those that are imported only when something is opened (`import(...)`) are left out.
    """
    found: dict[str, None] = {}
    waiting = list(imports(site, script))
    while waiting:
        name = waiting.pop(0)
        if name not in found:
            found[name] = None
            waiting.extend(imports(site, name))
    return list(found)


def imports(site: Path, script: str) -> list[str]:
    """Return the addresses of the modules that one module imports, in its order."""
    text = (site / script.removeprefix("/")).read_text()
    names = [*STATIC_IMPORT.findall(text), *BARE_IMPORT.findall(text)]
    folder = (site / script.removeprefix("/")).parent
    return [f"/{(folder / name).resolve().relative_to(site.resolve())}" for name in names]


def _header(text: str, current: str) -> str:
    search = _partial("search") if SEARCH in text else ""
    header = _partial("header").replace("{search}", search)
    here = f'<li><a href="{current}">'
    return header.replace(here, f'{here[:-1]} aria-current="page">')


@cache
def _partial(name: str) -> str:
    folder = files("devstack.codegen") / "partials"
    return (folder / f"{name}.html").read_text(encoding="utf-8")
