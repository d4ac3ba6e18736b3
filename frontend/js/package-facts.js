// The facts of a package's page: its head, numbers, repository, releases, relations, freshness.

import { drawChart } from "./chart.js";
import { GITHUB, PYPI } from "./config.js";
import { copyable } from "./controls.js";
import { element, replace } from "./dom.js";
import { NOTHING, ago, compact, count, day, plural } from "./format.js";
import { chip, packageHref, packageLink } from "./package-table.js";
import { seconds } from "./series.js";
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

/** The matched repository, how sure the match is, and its stars over time. */
export function repositoryCard(pkg) {
  const content = pkg.repository ? knownRepository(pkg) : noRepository(pkg);
  return element(
    "section",
    { class: "card", "aria-labelledby": "repository" },
    element("h2", { id: "repository" }, "Repository"),
    content,
  );
}

function noRepository({ repository_reason: reason }) {
  return element(
    "p",
    { class: "note" },
    reason ??
      "No GitHub repository is known for this package, so what depends on one is left out of its score.",
  );
}

function knownRepository({ repository, star_history: stars = [], name, data_through: until }) {
  return [
    element(
      "p",
      {},
      element(
        "a",
        { class: "package-name", href: `${GITHUB}/${repository.full_name}` },
        repository.full_name,
      ),
      repository.archived && [" ", chip("archived")],
    ),
    repository.description && element("p", { class: "note" }, repository.description),
    repositoryFacts(repository, until),
    topics(repository.topics ?? []),
    starHistory(stars, name),
    confidenceNote(repository),
  ];
}

function repositoryFacts(repository, until) {
  const facts = [
    ["Stars", count(repository.stars)],
    ["Forks", count(repository.forks)],
    ["Open issues", count(repository.open_issues)],
    ["Last commit", ago(repository.last_commit, until)],
    ["Contributors", repository.contributors && count(repository.contributors)],
    ["Language", repository.language],
  ];
  return factList(facts);
}

/** A list of facts; those without a value are left out. */
export function factList(facts) {
  const known = facts.filter(([, value]) => value !== null && value !== undefined && value !== "");
  return element(
    "dl",
    { class: "facts" },
    known.map(([title, value]) => [element("dt", {}, title), element("dd", {}, value)]),
  );
}

function topics(names) {
  return element(
    "ul",
    { class: "chips" },
    names
      .slice(0, 8)
      .map((name) =>
        element(
          "li",
          {},
          element("a", { class: "chip", href: `/?topic=${encodeURIComponent(name)}` }, name),
        ),
      ),
  );
}

function confidenceNote({ confidence, observed_at: observed, matched_by: reason }) {
  const sure =
    typeof confidence === "number"
      ? `Matched with ${Math.round(confidence * 100)}% confidence`
      : `Match: ${confidence ?? "unknown"}`;
  return element(
    "p",
    { class: "note" },
    `${sure}${reason ? ` (${reason})` : ""}; seen ${day(observed)}. Packages of one repository show the same numbers here.`,
  );
}

function starHistory(history, name) {
  if (history.length < 2)
    return element(
      "p",
      { class: "note" },
      "Its stars are recorded from the first day this site saw it; a line appears when there are several.",
    );
  const box = element("details", { class: "screen-only" }, element("summary", {}, "Stars over time"));
  box.addEventListener("toggle", () => box.open && drawStars(box, history, name), { once: true });
  return box;
}

async function drawStars(box, history, name) {
  const readout = element("div", { class: "readout" });
  const holder = element("div", { class: "chart short" });
  box.append(readout, holder);
  const onRead = (position) => {
    const entry = history[position];
    replace(
      readout,
      element("time", {}, day(entry.day)),
      element(
        "span",
        { class: "key series-2" },
        element("span", {}, "Stars ", element("strong", {}, count(entry.stars))),
      ),
    );
    return `${day(entry.day)}: ${count(entry.stars)} stars`;
  };
  await drawChart(holder, {
    x: history.map((entry) => seconds(entry.day)),
    lines: [{ values: history.map(({ stars }) => stars), colour: "--series-2" }],
    onRead,
    label: `Stars of ${name}. Use the arrow keys to read them.`,
  });
}

/** Releases, licence, Python, people, links. */
export function releaseSection(pkg) {
  const releases = pkg.releases ?? [];
  const links = Object.entries(pkg.links ?? {});
  return element(
    "section",
    { class: "section" },
    element(
      "div",
      { class: "section-head" },
      element("h2", {}, "Releases and licence"),
      pkg.release_count && element("span", { class: "note" }, plural(pkg.release_count, "release")),
    ),
    factList(
      [
        ["Licence", pkg.license ?? "not stated"],
        ["Python", pkg.requires_python ?? "not stated"],
        ["First release", day(pkg.first_release)],
        ["Maintainers", (pkg.maintainers ?? []).join(", ")],
        ["Status", pkg.project_status === "active" ? null : titleOf(pkg.project_status)],
        [
          "Links",
          links.length > 0 && links.slice(0, 8).map(([title, href]) => [safeLink(title, href), " "]),
        ],
      ].map(([title, value]) => [title, value || null]),
    ),
    releases.length > 0 && releaseTable(releases),
  );
}

/** Packages name their own links: only those of the web become links. */
function safeLink(title, href) {
  return /^https?:\/\//i.test(href) ? element("a", { href, rel: "nofollow" }, title) : title;
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
    { class: "block" },
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
        extras.length &&
          `${plural(extras.length, "more package")} by extras only: ${extras
            .slice(0, MOST_NAMES)
            .map(({ name }) => name)
            .join(", ")}`,
      ),
      relation(
        `${plural(pkg.dependents ?? 0, "package depends", "packages depend")} on it`,
        needed,
        needed.length && "The most downloaded of them.",
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
