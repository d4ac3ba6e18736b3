// What a package needs, and who needs it.

import { sectionHead } from "./controls.js";
import { element } from "./dom.js";
import { compact, count, plural } from "./format.js";
import { chip, packageLink } from "./package-table.js";
import { isWarnedOf } from "./vocabulary.js";

const MOST_NAMES = 12;

/** Dependencies beside dependents. */
export function relationSection(pkg) {
  const [needs, extras] = [false, true].map((extra) =>
    (pkg.dependencies ?? []).filter((each) => each.extra === extra),
  );
  const total = pkg.dependents ?? 0;
  return element(
    "section",
    { class: "section", id: "dependents" },
    sectionHead("Dependencies and dependents"),
    element(
      "div",
      { class: "halves" },
      relation(
        needs.length ? `Depends on ${plural(needs.length, "package")}` : "Depends on no package",
        needs,
        extrasNote(extras),
      ),
      relation(
        total ? plural(total, "package depends", "packages depend") + " on it" : "No package depends on it",
        (pkg.dependents_top ?? []).slice(0, MOST_NAMES),
        dependentsNote(total, pkg),
      ),
    ),
  );
}

function extrasNote(extras) {
  if (extras.length === 0) return null;
  const names = extras.slice(0, MOST_NAMES).map(({ name }) => name);
  const more = extras.length > names.length ? ` and ${count(extras.length - names.length)} more` : "";
  return `With extras also ${names.join(", ")}${more}.`;
}

const COUNTED = 10_000;

function dependentsNote(total, { dependents_by_extra: many = 0, dependents_by_extra_top: top = [] }) {
  const shown = total > 1 ? "The most downloaded of them. " : "";
  if (many === 0) return shown;
  const names = top.slice(0, MOST_NAMES).map(({ name }) => name);
  const number = many < COUNTED ? plural(many, "package") : `${count(COUNTED)} packages or more`;
  const rest = many > names.length ? ", the most downloaded first" : "";
  return `${shown}With an extra of theirs also ${number}: ${names.join(", ")}${rest}.`;
}

function relation(title, packages, note) {
  const shown = packages.slice(0, MOST_NAMES);
  return element(
    "div",
    {},
    element("h3", {}, title),
    shown.length > 0 && element("ul", { class: "list relations" }, shown.map(related)),
    packages.length > shown.length &&
      element("p", { class: "note" }, `and ${count(packages.length - shown.length)} more`),
    note && element("p", { class: "note" }, note),
  );
}

function related(pkg) {
  const { last_month: used, security } = pkg;
  return element(
    "li",
    { class: "pair" },
    element("span", {}, packageLink(pkg), isWarnedOf(security) && [" ", chip(security.status)]),
    used !== undefined &&
      used !== null &&
      element("span", { class: "note number" }, `${compact(used)} a month`),
  );
}
