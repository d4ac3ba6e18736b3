// Up to ten packages side by side: one chart, by date or by age, and a table.

import { query, stepTo } from "../address.js";
import { ask, path } from "../api.js";
import { furnishComparisonChart } from "../comparison-chart.js";
import { sectionHead } from "../controls.js";
import { byId, element, replace } from "../dom.js";
import { NOTHING, compact, count, day, momentum } from "../format.js";
import { load } from "../loading.js";
import { chip, packageLink, warningChip, weekChange } from "../package-table.js";
import { furnishSite } from "../site.js";
import { isGravelyWarnedOf } from "../vocabulary.js";

const MOST = 10;

furnishSite();
const region = byId("comparison");
const form = byId("add");
form.addEventListener("submit", (event) => {
  event.preventDefault();
  stepTo({ names: parse(form.elements.names.value).join(",") });
  show();
});
addEventListener("popstate", show);
show();

function parse(text) {
  const names = (text ?? "")
    .split(/[\s,]+/)
    .map((name) => name.toLowerCase().replaceAll(/[-_.]+/g, "-"))
    .filter(Boolean);
  return [...new Set(names)].slice(0, MOST);
}

function show() {
  const names = parse(query().names);
  form.elements.names.value = names.join(", ");
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
  const chartBox = element("div");
  replace(
    region,
    unknown.length > 0 &&
      element(
        "p",
        { class: "notice caution section-space", role: "status" },
        `Not known: ${unknown.join(", ")}`,
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
}

/** Of a flagged package nothing is told that would read like praise. */
const unlessFlagged = (text) => (pkg) => (isGravelyWarnedOf(pkg.security) ? NOTHING : text(pkg));

const MEASURED = [
  ["Downloads, 30 days", (p) => count(p.downloads.last_month)],
  ["With mirrors", (p) => count(p.with_mirrors?.last_month)],
  ["All time", (p) => compact(p.downloads.total)],
  ["Rank", unlessFlagged((p) => count(p.downloads.rank))],
  ["This week", unlessFlagged((p) => weekChange(p.momentum.week_over_week))],
  ["Momentum", unlessFlagged((p) => momentum(p.momentum.score))],
  ["Health", unlessFlagged((p) => count(p.health.score === null ? null : Math.round(p.health.score)))],
  ["Maintenance", unlessFlagged((p) => chip(p.labels.maintenance))],
  ["Stars", (p) => count(p.repository?.stars)],
  ["Dependents", (p) => count(p.dependents)],
  ["Licence", (p) => chip(p.labels.license)],
  ["Version", (p) => p.version],
  ["Released", (p) => day(p.released)],
  ["Security", (p) => warningChip(p.security)],
];

function sideBySide(packages) {
  const row = ([title, cell]) =>
    element(
      "tr",
      {},
      element("th", { scope: "row" }, title),
      packages.map((pkg) => element("td", { class: "number" }, cell(pkg))),
    );
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
            element("th", { scope: "col", class: "number" }, packageLink(pkg), remove(pkg, packages)),
          ),
        ),
      ),
      element("tbody", {}, MEASURED.map(row)),
    ),
  );
}

function remove({ name }, packages) {
  const rest = packages.map((pkg) => pkg.name).filter((each) => each !== name);
  return element(
    "button",
    {
      class: "button quiet small",
      type: "button",
      "aria-label": `Take ${name} away`,
      on: { click: () => (stepTo({ names: rest.join(",") }), show()) },
    },
    "×",
  );
}
