// The facts of a package's page: its head, numbers, badges, freshness.

import { GITHUB, PYPI } from "./config.js";
import { copyable, factList, sectionHead } from "./controls.js";
import { element } from "./dom.js";
import { NOTHING, ago, compact, count, day } from "./format.js";
import { chip, packageHref } from "./package-table.js";
import { isGravelyWarnedOf, longName, titleOf, toneOf } from "./vocabulary.js";

const PERIODS = [
  ["last_day", "Last day"],
  ["last_week", "Last 7 days"],
  ["last_month", "Last 30 days"],
  ["total", "All time"],
];
const BADGES = ["downloads", "health", "rank", "version"];
const LABELS_AT_HEAD = ["maintenance", "category", "license", "python", "cadence", "contributor_risk"];
const SAYS_LITTLE = ["none", "unknown", undefined, null];

/** Name, version, summary, labels, and the ways to PyPI and GitHub. */
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
      !isGravelyWarnedOf(pkg.security) && labelLinks(pkg.labels),
    ),
    pkg.stale &&
      element(
        "p",
        { class: "note" },
        "Stale: the latest collection brought nothing for this package; its numbers are from an earlier one.",
      ),
    element(
      "ul",
      { class: "chips screen-only" },
      links(pkg).map(([title, href]) =>
        element("li", {}, element("a", { class: "button", href }, title)),
      ),
    ),
  );
}

/**
 * Labels that each lead to their meaning and the rule behind them, further down the page. A package
 * that is warned of shows none here: they would read like praise.
 */
function labelLinks(labels = {}) {
  const link = (name) => {
    const title = `${titleOf(name)}: ${titleOf(labels[name])}. Why?`;
    const target = { class: `chip ${toneOf(labels[name])}`, href: `#label-${longName(name)}`, title };
    return element("li", {}, element("a", target, LABEL_TEXTS[name]?.(labels[name]) ?? titleOf(labels[name])));
  };
  return LABELS_AT_HEAD.filter((name) => !SAYS_LITTLE.includes(labels[name])).map(link);
}

/** What would say too little without its label's name. */
const LABEL_TEXTS = {
  license: (value) => `${titleOf(value)} licence`,
  python: (value) => `${titleOf(value)} Python support`,
  cadence: (value) => `${titleOf(value)} releases`,
  contributor_risk: (value) => `Contributors: ${titleOf(value).toLowerCase()}`,
};

function links({ name, repository }) {
  return [
    ["PyPI", `${PYPI}/project/${encodeURIComponent(name)}/`],
    repository && ["GitHub", `${GITHUB}/${repository.full_name}`],
    ["Compare", `/compare/?names=${encodeURIComponent(name)}`],
  ].filter(Boolean);
}

/** Downloads of a day, a week, a month and all time, the rank, and the health score. */
export function downloadFigures({ downloads, with_mirrors: mirrored = {}, health = {} }) {
  const score = health.score ?? null;
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
    figure(
      "Health",
      score === null ? NOTHING : [Math.round(score), element("small", {}, " of 100")],
      element("a", { href: "#health" }, score === null ? "too little is known" : "line by line"),
    ),
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

/** Badges with the text to paste. */
export function badgeSection({ name, display_name: title }) {
  return element(
    "section",
    { class: "section screen-only", id: "badges" },
    sectionHead("Badges"),
    element(
      "div",
      { class: "list" },
      BADGES.map((metric) => badge(name, title ?? name, metric)),
    ),
    element(
      "p",
      { class: "note block" },
      "More in ",
      element("a", { href: "/api/docs#/api/badge/{name}/{metric}.svg" }, "the reference"),
      ": stars, dependents, licence, maintenance and others, in any colour.",
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
    sectionHead("How fresh this is"),
    factList([
      ["Downloads", `through ${day(freshness.downloads)}`],
      ["PyPI facts", seen(freshness.pypi)],
      ["GitHub facts", repository ? seen(freshness.github) : "none are known"],
      ["Security", seen(freshness.security)],
    ]),
  );
}

const seen = (moment) => (moment ? `seen ${day(moment)}` : "not seen yet");
