// The table of many packages at once, and the lines that could not be read.

import { sectionHead } from "./controls.js";
import { element } from "./dom.js";
import { compact, count, plural } from "./format.js";
import { packageLink } from "./package-table.js";
import { titleOf } from "./vocabulary.js";

const COLUMNS = ["Package", "Why", "Downloads", "Health", "Maintenance", "Licence", "Newest"];
const NUMBERS = new Set(["Downloads", "Health"]);
const NAMED_ADVISORIES = 3;

/** The packages in the order of the answer: what deserves a look first. */
export function checkedTable(packages) {
  return element(
    "table",
    { class: "checked" },
    element("caption", { class: "unseen" }, "The packages, what deserves a look first"),
    element("thead", {}, element("tr", {}, COLUMNS.map(heading))),
    element("tbody", {}, packages.map(row)),
  );
}

const heading = (title) =>
  element("th", { scope: "col", class: NUMBERS.has(title) && "number" }, title);

function row(pkg) {
  const { health, downloads, maintenance, license } = pkg;
  return element(
    "tr",
    {},
    element("th", { scope: "row", class: "about" }, about(pkg)),
    element("td", { class: "why" }, reasons(pkg)),
    fact("Downloads", compact(downloads.last_month)),
    fact("Health", count(health.score === null ? null : Math.round(health.score))),
    fact("Maintenance", pkg.known ? titleOf(maintenance) : "–"),
    fact("Licence", license.expression ?? (pkg.known ? titleOf(license.class) : "–")),
    fact("Newest", pkg.version ?? "–"),
  );
}

const fact = (title, value) =>
  element("td", { "data-title": title, class: NUMBERS.has(title) && "number" }, value);

function about(pkg) {
  const name = pkg.known
    ? packageLink(pkg)
    : element("span", { class: "package-name" }, pkg.name);
  return [name, pkg.asked.version && element("span", { class: "note" }, ` ${pkg.asked.version}`)];
}

function reasons({ attention, security }) {
  if (attention.length === 0) return null;
  const reason = ({ rule, tone, text }) =>
    element("li", { class: tone }, text, rule.endsWith("advisory") && named(security.advisories));
  return element("ul", { class: "reasons" }, attention.map(reason));
}

function named(advisories) {
  const rest = advisories.length - NAMED_ADVISORIES;
  const link = ({ id, url, summary }, place) => [
    place > 0 ? ", " : " ",
    element("a", { href: url, title: summary }, id),
  ];
  return element(
    "span",
    { class: "advisories" },
    advisories.slice(0, NAMED_ADVISORIES).map(link),
    rest > 0 && ` and ${count(rest)} more`,
  );
}

/** The lines that could not be read, each with its reason. */
export function unreadLines(unread) {
  const item = ({ line, text, reason }) =>
    element("li", {}, line && `Line ${line}: `, element("code", {}, text), ` – ${reason}.`);
  return element(
    "section",
    { class: "section unread" },
    sectionHead(`${plural(unread.length, "line")} not read`),
    element("ul", { class: "bullets" }, unread.map(item)),
  );
}

/** The same as rows of a CSV file. */
export function csvRows(packages) {
  const rows = packages.map((pkg) => [
    pkg.name,
    pkg.asked.version,
    pkg.version,
    pkg.attention.map(({ text }) => text).join(" "),
    pkg.security.advisories.map(({ id }) => id).join(" "),
    pkg.downloads.last_month,
    pkg.health.score,
    pkg.maintenance,
    pkg.license.expression ?? pkg.license.class,
  ]);
  const head = ["name", "asked", "newest", "attention", "advisories", "downloads_30_days", "health"];
  return [[...head, "maintenance", "licence"], ...rows];
}
