// What PyPI says of a package: releases, licence, Python, people, links.

import { factList, sectionHead } from "./controls.js";
import { element, replace } from "./dom.js";
import { day, plural } from "./format.js";
import { chip } from "./package-table.js";
import { titleOf } from "./vocabulary.js";

const SHOWN_AT_FIRST = 8;
const MOST_LINKS = 8;

/** Releases, licence, Python, people, links. */
export function releaseSection(pkg) {
  const releases = pkg.releases ?? [];
  const total = pkg.release_count > 0 && plural(pkg.release_count, "release");
  return element(
    "section",
    { class: "section", id: "releases" },
    sectionHead("Releases and licence", total && element("span", { class: "note" }, total)),
    element("div", { class: "halves" }, pypiFacts(pkg), releases.length > 0 && releaseList(releases)),
  );
}

function pypiFacts(pkg) {
  return factList([
    ["Licence", pkg.license ?? "not stated"],
    ["Python", pkg.requires_python ?? "not stated"],
    ["First release", day(pkg.first_release)],
    ["Owner", (pkg.owners ?? []).join(", ")],
    ["Maintainers", (pkg.maintainers ?? []).join(", ")],
    ["Status", pkg.project_status === "active" ? null : titleOf(pkg.project_status)],
    ["Keywords", (pkg.keywords ?? []).join(", ")],
    ["Links", ownLinks(pkg.links)],
  ]);
}

function ownLinks(links) {
  const named = Object.entries(links ?? {}).slice(0, MOST_LINKS);
  if (named.length === 0) return null;
  const link = ([title, href]) => element("li", {}, element("a", { href, rel: "nofollow" }, title));
  return element("ul", { class: "chips" }, named.map(link));
}

function releaseList(releases) {
  const box = element("div");
  const show = (most) =>
    replace(
      box,
      releaseTable(releases.slice(0, most)),
      releases.length > most &&
        element(
          "button",
          { class: "button block", type: "button", on: { click: () => show(Infinity) } },
          `Show all ${releases.length}`,
        ),
    );
  show(SHOWN_AT_FIRST);
  return box;
}

function releaseTable(releases) {
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
    element("tbody", {}, releases.map(release)),
  );
}

function release({ version, day: released, yanked, yanked_reason: reason, prerelease }) {
  return element(
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
}
