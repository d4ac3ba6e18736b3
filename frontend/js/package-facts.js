// The facts of a package's page: its head, numbers, badges, freshness.

import { GITHUB, PYPI } from "./config.js";
import { copyable, factList, sectionHead } from "./controls.js";
import { element } from "./dom.js";
import { NOTHING, ago, change, compact, count, day, momentum, signedCount } from "./format.js";
import { chip, packageHref } from "./package-table.js";
import { sparkline } from "./sparkline.js";
import { isGravelyWarnedOf, longName, titleOf, toneOf } from "./vocabulary.js";

const TREND_DAYS = 30;
const DAY_MS = 86_400_000;
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

/**
 * Downloads and stars with their trends, momentum and health in one row; all other counts in one
 * line. Of a flagged package nothing that would read like praise. The server writes the same.
 */
export function headlineFigures(pkg) {
  const figures = isGravelyWarnedOf(pkg.security)
    ? [downloadsFigure(pkg, "without mirrors")]
    : [downloadsFigure(pkg, monthChange(pkg)), starsFigure(pkg), momentumFigure(pkg), healthFigure(pkg)];
  return [element("dl", { class: "figures" }, figures), otherCounts(pkg)];
}

function downloadsFigure({ downloads, trend }, note) {
  return figure("Downloads, 30 days", compact(downloads.last_month), note, {
    exact: count(downloads.last_month),
    course: trend,
  });
}

function monthChange({ downloads, previous_month: before }) {
  return before ? `${change(downloads.last_month / before - 1)} on the 30 days before` : "without mirrors";
}

function starsFigure({ repository, star_history: history = [] }) {
  if (!repository) return figure("Stars", NOTHING, "no repository is known");
  return figure("Stars", compact(repository.stars), starChange(history), {
    exact: count(repository.stars),
    course: history.map(({ stars }) => stars),
  });
}

/** Against the newest count that is thirty days older than the last one. */
function starChange(history) {
  const last = history.at(-1);
  const since = last && Date.parse(last.day) - TREND_DAYS * DAY_MS;
  const before = history.findLast(({ day: when }) => Date.parse(when) <= since);
  if (!before) return "counted since lately";
  return `${signedCount(last.stars - before.stars)} in ${TREND_DAYS} days`;
}

const momentumFigure = ({ momentum: { score } }) =>
  figure("Momentum", momentum(score), "growth against the market");

function healthFigure({ health: { score } }) {
  const text = Number.isFinite(score) ? [Math.round(score), element("small", {}, " of 100")] : NOTHING;
  return figure("Health", text, element("a", { href: "#health" }, "line by line"));
}

/** `course`: what is drawn below the figure, where it says more than the figure. */
function figure(title, text, note, { exact, course } = {}) {
  return element(
    "div",
    {},
    element("dt", {}, title),
    element(
      "dd",
      {},
      element("div", { class: "figure", title: exact }, text),
      element("div", { class: "note" }, note),
      course?.length > 1 && element("div", { class: "course" }, sparkline(course)),
    ),
  );
}

function otherCounts({ downloads, with_mirrors: mirrored = {}, dependents, security }) {
  const rank = !isGravelyWarnedOf(security) && downloads.rank;
  const counts = [
    ["Last day", compact(downloads.last_day)],
    ["7 days", compact(downloads.last_week)],
    ["All time", compact(downloads.total)],
    ["30 days with mirrors", compact(mirrored.last_month)],
    rank && ["Rank", `#${count(rank)}`],
    ["Dependents", count(dependents)],
  ].filter(Boolean);
  const item = ([title, text]) => element("li", {}, `${title} `, element("strong", {}, text));
  return element("ul", { class: "inline-facts counts" }, counts.map(item));
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
