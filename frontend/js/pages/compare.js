// Up to ten packages side by side: one chart, by date or by age, and a table.

import { query, stepTo } from "../address.js";
import { ask, path } from "../api.js";
import { furnishComparisonChart } from "../comparison-chart.js";
import { sectionHead } from "../controls.js";
import { byId, element, replace } from "../dom.js";
import { NOTHING, compact, count, day, momentum } from "../format.js";
import { load } from "../loading.js";
import { furnishSearch } from "../search-box.js";
import { chip, packageLink, warningChip, weekChange } from "../package-table.js";
import { furnishSite } from "../site.js";
import { isGravelyWarnedOf } from "../vocabulary.js";

const MOST = 10;
const MOST_GUESSED = 3;

furnishSite();
const region = byId("comparison");
const form = byId("add");
const field = form.elements.names;
furnishSearch(byId("pick"), ({ name }) => add([name]));
form.addEventListener("submit", (event) => {
  const isChosen = event.defaultPrevented;
  event.preventDefault();
  if (!isChosen) add(parse(field.value));
});
addEventListener("popstate", show);
show();

/** Puts names to those that are there; who is one too many is named aloud. */
function add(names) {
  const all = [...new Set([...parse(query().names), ...names])];
  const refused = all.slice(MOST);
  field.value = "";
  stepTo({ names: all.slice(0, MOST).join(",") });
  show();
  byId("refused").textContent = refused.length
    ? `${MOST} packages are compared at most; left out: ${refused.join(", ")}.`
    : "";
}

function parse(text) {
  const names = (text ?? "")
    .split(/[\s,]+/)
    .map((name) => name.toLowerCase().replaceAll(/[-_.]+/g, "-"))
    .filter(Boolean);
  return [...new Set(names)];
}

function show() {
  const asked = parse(query().names);
  const names = asked.slice(0, MOST);
  byId("refused").textContent =
    asked.length > MOST ? `${MOST} packages are compared at most; the first ones are shown.` : "";
  replace(byId("chosen"), names.map((name) => element("li", {}, takeAway(name, names))));
  if (names.length === 0) return replace(region, invitation());
  return load(
    region,
    () => ask(path("/api/compare", { names: names.join(",") })),
    (answer) => draw(answer, names),
  );
}

function invitation() {
  return element(
    "div",
    { class: "notice section-space" },
    element("h2", {}, "Name two or more packages"),
    element(
      "p",
      {},
      "For example ",
      element("a", { href: "/compare/?names=flask,django,fastapi" }, "flask, django and fastapi"),
      ".",
    ),
  );
}

function draw({ packages }, names) {
  const known = new Set(packages.map(({ name }) => name));
  const unknown = names.filter((name) => !known.has(name));
  const suggestions = element("div");
  region.classList.toggle(
    "is-flagged",
    packages.some(({ security }) => isGravelyWarnedOf(security)),
  );
  const chartBox = element("div");
  replace(
    region,
    unknown.length > 0 &&
      element(
        "p",
        { class: "notice caution section-space", role: "status" },
        `Not known: ${unknown.join(", ")}`,
        suggestions,
      ),
    packages.length > 0 &&
      element(
        "section",
        { class: "section" },
        element("h2", { class: "unseen" }, "Downloads over time"),
        chartBox,
      ),
    packages.length > 0 &&
      element(
        "section",
        { class: "section" },
        sectionHead("Side by side"),
        sideBySide(packages),
      ),
  );
  if (packages.length > 0) furnishComparisonChart(chartBox, packages);
  suggestInstead(suggestions, unknown, names);
}

/** For each unknown name what a search finds instead, to be taken in its place. */
async function suggestInstead(box, unknown, names) {
  for (const name of unknown.slice(0, MOST_GUESSED)) {
    const found = await ask(path("/api/search", { q: name })).catch(() => ({ packages: [] }));
    const instead = (each) => {
      const swapped = names.map((own) => (own === name ? each.name : own));
      return [" ", element("a", { href: `/compare/?names=${swapped.join(",")}` }, each.name)];
    };
    const likeliest = found.packages.slice(0, MOST_GUESSED);
    if (likeliest.length > 0) box.append(element("p", {}, `Instead of ${name}:`, likeliest.map(instead)));
  }
}

/** Of a flagged package nothing is told that would read like praise. */
const unlessFlagged = (text) => (pkg) => (isGravelyWarnedOf(pkg.security) ? NOTHING : text(pkg));

/** What stands in a row: title, text, and, where more is better, by how much. */
const MEASURED = [
  ["Downloads, 30 days", (p) => count(p.downloads.last_month), (p) => p.downloads.last_month],
  ["With mirrors", (p) => count(p.with_mirrors?.last_month), (p) => p.with_mirrors?.last_month],
  ["All time", (p) => compact(p.downloads.total), (p) => p.downloads.total],
  ["Rank", unlessFlagged((p) => count(p.downloads.rank)), (p) => p.downloads.rank && -p.downloads.rank],
  [
    "This week",
    unlessFlagged((p) => weekChange(p.momentum.week_over_week)),
    (p) => p.momentum.week_over_week,
  ],
  ["Momentum", unlessFlagged((p) => momentum(p.momentum.score)), (p) => p.momentum.score],
  [
    "Health",
    unlessFlagged((p) => count(p.health.score === null ? null : Math.round(p.health.score))),
    (p) => p.health.score,
  ],
  ["Maintenance", unlessFlagged((p) => chip(p.labels.maintenance))],
  ["Stars", (p) => count(p.repository?.stars), (p) => p.repository?.stars],
  ["Dependents", (p) => count(p.dependents), (p) => p.dependents],
  ["Licence", (p) => chip(p.labels.license)],
  ["Version", (p) => p.version],
  ["Released", (p) => day(p.released)],
  ["Security", (p) => warningChip(p.security)],
];

const isBest = (pkg, value, best) =>
  best !== null && value(pkg) === best && !isGravelyWarnedOf(pkg.security);

/** The highest value where several are known and differ; nobody flagged takes part. */
function bestOf(packages, value) {
  const honest = packages.filter(({ security }) => !isGravelyWarnedOf(security));
  const known = honest.map(value).filter(Number.isFinite);
  return known.length > 1 && Math.min(...known) < Math.max(...known) ? Math.max(...known) : null;
}

function sideBySide(packages) {
  const cell = (pkg, text, wins) =>
    element(
      "td",
      { class: wins ? "number best" : "number" },
      text(pkg),
      wins && element("span", { class: "unseen" }, " (best)"),
    );
  const row = ([title, text, value]) => {
    const best = value ? bestOf(packages, value) : null;
    return element(
      "tr",
      {},
      element("th", { scope: "row" }, title),
      packages.map((pkg) => cell(pkg, text, isBest(pkg, value, best))),
    );
  };
  return element(
    "div",
    {
      class: "table-scroll",
      tabindex: 0,
      role: "region",
      "aria-label": "Packages side by side, scrollable",
    },
    element(
      "table",
      { class: "beside-each-other" },
      element(
        "thead",
        {},
        element(
          "tr",
          {},
          element("td"),
          packages.map((pkg) =>
            element("th", { scope: "col", class: "number" }, packageLink(pkg)),
          ),
        ),
      ),
      element("tbody", {}, MEASURED.map(row)),
    ),
  );
}

function takeAway(name, names) {
  const rest = names.filter((each) => each !== name);
  return element(
    "button",
    {
      class: "chip taken",
      type: "button",
      "aria-label": `Take ${name} away`,
      on: { click: () => (stepTo({ names: rest.join(",") }), show()) },
    },
    `${name} ×`,
  );
}
