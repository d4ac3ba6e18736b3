// Rows of packages: the same table on the leaderboards, the insights and the search results.

import { drawing, element } from "./dom.js";
import { NOTHING, change, compact, count, digits, momentum } from "./format.js";
import { sparkline } from "./sparkline.js";
import { isSevere, isWarnedOf, titleOf, toneOf } from "./vocabulary.js";

/**
 * What can be sorted by: title, the cell's text, and the order in which phones give them up; those
 * that are `kept` stand on every screen, for they mean most side by side.
 */
export const MEASURES = {
  downloads: {
    title: ["Downloads", element("span", { class: "wide-only" }, ", 30 days")],
    tab: "Downloads",
    text: (p) => compact(p.downloads.last_month),
    rank: "kept",
  },
  stars: { title: "Stars", tab: "Stars", text: (p) => compact(p.repository?.stars), rank: "kept" },
  momentum: {
    title: "Momentum",
    tab: "Momentum",
    text: (p) => momentum(p.momentum.score),
    rank: "third",
  },
  health: { title: "Health", tab: "Health", text: (p) => rounded(p.health.score), rank: "second" },
  dependents: {
    title: "Dependents",
    tab: "Dependents",
    text: (p) => compact(p.dependents),
    rank: "third",
  },
};

/** What orders one list alone, and is a column there. */
const OWN_MEASURES = {
  star_surplus: {
    title: "Star surplus",
    tab: "Star surplus",
    text: (p) => digits(p.star_surplus),
    rank: "second",
  },
};

/** The measures of a list sorted by `sort`, which is always among them. */
export const measuresOf = (sort) =>
  sort in OWN_MEASURES ? { ...MEASURES, [sort]: OWN_MEASURES[sort] } : MEASURES;

const rounded = (value) => (value === null || value === undefined ? NOTHING : String(Math.round(value)));

/** An empty table of packages sorted by a measure; its body takes `packageRows`. */
export function packageTable(sort, caption, hrefOf = null) {
  return element(
    "table",
    { class: `leaderboard${MEASURES[sort]?.rank === "kept" ? "" : " by-another"}` },
    element("caption", { class: "unseen" }, caption),
    element("thead", {}, element("tr", {}, headings(sort, hrefOf))),
    element("tbody"),
  );
}

/** `hrefOf(measure)`: where a head leads that sorts by it; without, heads are no links. */
function headings(sort, hrefOf) {
  const title = (name, measure) =>
    hrefOf ? element("a", { href: hrefOf(name), "data-sort": name }, titleIn(measure)) : titleIn(measure);
  const sorted = (name) => (name === sort ? "descending" : null);
  return [
    element("th", { class: "rank number", scope: "col" }, element("span", { class: "unseen" }, "Place")),
    element("th", { class: "about", scope: "col" }, "Package"),
    Object.entries(measuresOf(sort)).map(([name, measure]) =>
      element(
        "th",
        { class: `number ${shownWhen(name, sort)}`, scope: "col", "aria-sort": sorted(name) },
        title(name, measure),
      ),
    ),
    element("th", { class: "number trend", scope: "col" }, "One year, and this week"),
  ];
}

/** A title's own copy of its elements. */
const titleIn = ({ title }) => [title].flat().map((part) => part.cloneNode?.(true) ?? part);

/** Downloads and stars stay on a phone, whatever is sorted; so does what the list is sorted by. */
const shownWhen = (name, sort) => (name === sort ? "is-sorted" : measuresOf(sort)[name].rank);

/** One package as rows; `place` is its position in this list. `reason`, if any, is a second row. */
export function packageRows(pkg, place, sort, reason = null) {
  const cell = ([name, measure]) =>
    element("td", { class: `number ${shownWhen(name, sort)}` }, measure.text(pkg));
  const row = element(
    "tr",
    { class: reason && "explained" },
    element("td", { class: "rank number" }, count(place)),
    element("td", { class: "about" }, about(pkg)),
    Object.entries(measuresOf(sort)).map(cell),
    element("td", { class: "number trend" }, trend(pkg)),
  );
  return reason ? [row, reasonRow(reason)] : [row];
}

function trend({ trend: weeks, momentum: moved }) {
  return element("div", {}, sparkline(weeks), weekChange(moved?.week_over_week));
}

/** Spans three columns: as many as the narrowest screen shows beside the place. */
function reasonRow(reason) {
  const cell = element("td", { class: "why", colspan: 3 }, reason);
  return element("tr", { class: "reason" }, element("td"), cell);
}

function about(pkg) {
  return [
    packageLink(pkg),
    notableChips(pkg).map((notable) => [" ", notable]),
    element("p", { class: "summary" }, pkg.summary),
  ];
}

/** A package's name as the way to its page. */
export function packageLink(pkg) {
  return element(
    "a",
    { class: "package-name", href: packageHref(pkg.name) },
    pkg.display_name ?? pkg.name,
  );
}

/** Packages as names to choose from, each with its use or, where it is flagged, its warning. */
export function namesToChoose(packages) {
  const name = (pkg) =>
    element(
      "li",
      {},
      packageLink(pkg),
      " ",
      isWarnedOf(pkg.security)
        ? warningChip(pkg.security)
        : element("span", { class: "note" }, compact(pkg.downloads?.last_month)),
    );
  return element("ul", { class: "names" }, packages.map(name));
}

/** Address of a package's page. */
export const packageHref = (name) => `/package/${encodeURIComponent(name)}/`;

function notableChips(pkg) {
  const notable = [];
  const { category } = pkg.labels ?? {};
  if (isWarnedOf(pkg.security)) notable.push(warningChip(pkg.security));
  if (category && !["none", "unknown"].includes(category)) notable.push(chip(category, "wide-only"));
  if (pkg.stale) notable.push(chip("stale"));
  return notable;
}

/** A value in a small frame, coloured where it deserves attention. */
export function chip(value, more = "") {
  return element("span", { class: `chip ${toneOf(value)} ${more}`.trim() }, titleOf(value));
}

/** The mark of a package that is warned of; a severe flaw's says how grave it is, in red. */
export function warningChip(security) {
  if (!isSevere(security)) return chip(security.status);
  return element("span", { class: "chip bad" }, `${titleOf(security.severity)} flaw`);
}

/** A signed change, coloured; the sign tells it without the colour. */
export function weekChange(value) {
  const tone = value > 0 ? "up" : value < 0 ? "down" : "";
  return element("span", { class: tone }, change(value));
}

/** A bar of a share between 0 and 1. */
export function meter(part, tone = "") {
  return drawing(
    "svg",
    { class: `meter ${tone}`, width: "100%", height: "6", "aria-hidden": "true" },
    drawing("rect", { width: `${Math.max(0, Math.min(1, part)) * 100}%`, height: "100%" }),
  );
}
