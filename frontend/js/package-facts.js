// The facts of a package's page: its head, numbers, releases, relations, badges, freshness.

import { GITHUB, PYPI } from "./config.js";
import { copyable, factList } from "./controls.js";
import { element } from "./dom.js";
import { NOTHING, ago, compact, count, day, plural } from "./format.js";
import { chip, packageHref, packageLink } from "./package-table.js";
import { titleOf } from "./vocabulary.js";

const PERIODS = [
  ["last_day", "Last day"],
  ["last_week", "Last 7 days"],
  ["last_month", "Last 30 days"],
  ["total", "All time"],
];
const BADGES = ["downloads", "health", "rank", "version"];
const MOST_RELEASES = 8;
const MOST_NAMES = 12;
const MOST_LINKS = 8;

/** Name, version, summary, and the ways to PyPI and GitHub. */
export function packageHead(pkg) {
  const { version, released, data_through: until } = pkg;
  return element(
    "header",
    { class: "page-head" },
    element("h1", { class: "mono" }, pkg.display_name ?? pkg.name),
    pkg.summary && element("p", { class: "lead" }, pkg.summary),
    element(
      "ul",
      { class: "chips" },
      version &&
        element(
          "li",
          { class: "note" },
          `Version ${version}`,
          released && `, released ${ago(released, until)}`,
        ),
      pkg.stale && element("li", {}, chip("stale")),
      pkg.yanked && element("li", {}, chip("yanked")),
    ),
    pkg.stale &&
      element(
        "p",
        { class: "note" },
        "Stale: the latest collection brought nothing for this package; its numbers are from an earlier one.",
      ),
    element(
      "ul",
      { class: "chips" },
      links(pkg).map(([title, href]) =>
        element("li", {}, element("a", { class: "button", href }, title)),
      ),
    ),
  );
}

function links({ name, repository }) {
  return [
    ["PyPI", `${PYPI}/project/${encodeURIComponent(name)}/`],
    repository && ["GitHub", `${GITHUB}/${repository.full_name}`],
    ["Compare", `/compare/?names=${encodeURIComponent(name)}`],
  ].filter(Boolean);
}

/** Downloads of a day, a week, a month and all time, and the rank. */
export function downloadFigures({ downloads, with_mirrors: mirrored = {} }) {
  return element(
    "dl",
    { class: "figures" },
    PERIODS.map(([key, title]) =>
      figure(
        title,
        compact(downloads[key]),
        `${compact(mirrored[key])} with mirrors`,
        count(downloads[key]),
      ),
    ),
    figure("Rank", downloads.rank ? `#${count(downloads.rank)}` : NOTHING, "by downloads of 30 days"),
  );
}

function figure(title, text, note, exact) {
  return element(
    "div",
    {},
    element("dt", {}, title),
    element(
      "dd",
      {},
      element("div", { class: "figure", title: exact }, text),
      element("div", { class: "note" }, note),
    ),
  );
}

/** Releases, licence, Python, people, links. */
export function releaseSection(pkg) {
  const releases = pkg.releases ?? [];
  const total = pkg.release_count > 0 && plural(pkg.release_count, "release");
  return element(
    "section",
    { class: "section" },
    element(
      "div",
      { class: "section-head" },
      element("h2", {}, "Releases and licence"),
      total && element("span", { class: "note" }, total),
    ),
    element("div", { class: "halves" }, pypiFacts(pkg), releases.length > 0 && releaseTable(releases)),
  );
}

function pypiFacts(pkg) {
  return factList([
    ["Licence", pkg.license ?? "not stated"],
    ["Python", pkg.requires_python ?? "not stated"],
    ["First release", day(pkg.first_release)],
    ["Maintainers", (pkg.maintainers ?? []).join(", ")],
    ["Status", pkg.project_status === "active" ? null : titleOf(pkg.project_status)],
    ["Links", ownLinks(pkg.links)],
  ]);
}

function ownLinks(links) {
  const named = Object.entries(links ?? {}).slice(0, MOST_LINKS);
  if (named.length === 0) return null;
  const link = ([title, href]) => element("li", {}, element("a", { href, rel: "nofollow" }, title));
  return element("ul", { class: "chips" }, named.map(link));
}

function releaseTable(releases) {
  const row = ({ version, day: released, yanked, yanked_reason: reason, prerelease }) =>
    element(
      "tr",
      {},
      element(
        "th",
        { scope: "row" },
        element("code", {}, version),
        prerelease && [" ", chip("pre-release")],
        yanked && [" ", chip("yanked", "caution")],
        reason && element("p", { class: "note" }, reason),
      ),
      element("td", { class: "number" }, day(released)),
    );
  return element(
    "table",
    {},
    element("caption", { class: "unseen" }, "Releases, newest first"),
    element(
      "thead",
      {},
      element(
        "tr",
        {},
        element("th", { scope: "col" }, "Version"),
        element("th", { scope: "col", class: "number" }, "Released"),
      ),
    ),
    element("tbody", {}, releases.slice(0, MOST_RELEASES).map(row)),
  );
}

/** What it needs, and who needs it. */
export function relationSection(pkg) {
  const [needs, extras] = [false, true].map((extra) =>
    (pkg.dependencies ?? []).filter((each) => each.extra === extra),
  );
  const needed = pkg.dependents_top ?? [];
  return element(
    "section",
    { class: "section" },
    element("div", { class: "section-head" }, element("h2", {}, "Dependencies and dependents")),
    element(
      "div",
      { class: "halves" },
      relation(
        `Depends on ${plural(needs.length, "package")}`,
        needs,
        extras.length > 0 &&
          `${plural(extras.length, "more package")} by extras only: ${extras
            .slice(0, MOST_NAMES)
            .map(({ name }) => name)
            .join(", ")}`,
      ),
      relation(
        `${plural(pkg.dependents ?? 0, "package depends", "packages depend")} on it`,
        needed,
        needed.length > 0 && "The most downloaded of them.",
      ),
    ),
  );
}

function relation(title, packages, note) {
  const item = (pkg) =>
    element(
      "li",
      {},
      packageLink(pkg),
      pkg.last_month !== undefined &&
        pkg.last_month !== null &&
        element("span", { class: "note" }, ` ${compact(pkg.last_month)} a month`),
    );
  return element(
    "div",
    {},
    element("h3", {}, title),
    element("ul", { class: "list" }, packages.slice(0, MOST_NAMES).map(item)),
    packages.length > MOST_NAMES &&
      element("p", { class: "note" }, `and ${packages.length - MOST_NAMES} more`),
    note && element("p", { class: "note" }, note),
  );
}

/** Badges with the text to paste. */
export function badgeSection({ name, display_name: title }) {
  return element(
    "section",
    { class: "section screen-only" },
    element("div", { class: "section-head" }, element("h2", {}, "Badges")),
    element(
      "div",
      { class: "list" },
      BADGES.map((metric) => badge(name, title ?? name, metric)),
    ),
  );
}

function badge(name, title, metric) {
  const image = `/api/badge/${encodeURIComponent(name)}/${metric}.svg`;
  const markdown = `[![${title}: ${metric}](${location.origin}${image})](${location.origin}${packageHref(name)})`;
  return element(
    "div",
    { class: "badge-row" },
    element("img", {
      class: "badge",
      src: image,
      alt: `${title}: ${metric}`,
      height: 20,
      loading: "lazy",
    }),
    copyable(markdown, `Markdown of the ${metric} badge`),
  );
}

/** How fresh each part of the page is. */
export function freshnessSection(pkg) {
  const { repository, freshness = {} } = pkg;
  return element(
    "section",
    { class: "section" },
    element("div", { class: "section-head" }, element("h2", {}, "How fresh this is")),
    factList([
      ["Downloads", `through ${day(freshness.downloads)}`],
      ["PyPI facts", seen(freshness.pypi)],
      ["GitHub facts", repository ? seen(freshness.github) : "none are known"],
      ["Security", seen(freshness.security)],
    ]),
  );
}

const seen = (moment) => (moment ? `seen ${day(moment)}` : "not seen yet");
