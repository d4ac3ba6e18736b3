// Warnings about a package: the banner above everything, and its advisories.

import { ask, packagePath } from "./api.js";
import { explainedHead } from "./controls.js";
import { element, replace } from "./dom.js";
import { day, plural } from "./format.js";
import { load } from "./loading.js";
import { chip } from "./package-table.js";
import { isSevere, titleOf } from "./vocabulary.js";
import { BY_PROJECT_STATUS, BY_SECURITY, GRAVE } from "./warnings.js";

const SHOWN_AT_FIRST = 8;

/** The warning about a flagged package, or nothing. */
export function warningBanner({ security, project_status: projectStatus }) {
  const found = whatIsFound(security);
  const warning = BY_SECURITY[found] ?? BY_PROJECT_STATUS[projectStatus];
  if (!warning) return null;
  const tone = [found, projectStatus].some((each) => GRAVE.includes(each)) ? "bad" : "caution";
  const findings = security?.findings ?? [];
  return element(
    "section",
    { class: `notice banner ${tone}`, "aria-labelledby": "warning" },
    element("h2", { id: "warning" }, warning.title),
    element("p", {}, warning.text),
    findings.length > 0 && element("ul", {}, findings.slice(0, 5).map(finding)),
    security?.safe_version &&
      element(
        "p",
        {},
        "Newest version without an open flaw: ",
        element("strong", {}, security.safe_version),
      ),
  );
}

/** The status, unless its flaw is severe, or it is clean and earlier versions were malicious. */
function whatIsFound(security) {
  if (isSevere(security)) return "severe";
  const hijacked = (security?.findings ?? []).some(({ kind }) => kind === "hijacked");
  return hijacked && !(security.status in BY_SECURITY) ? "hijacked" : security?.status;
}

/** What was found about a package once and is no longer true, or nothing. */
export function liftedFindings({ security }) {
  const history = security?.history ?? [];
  if (history.length === 0) return null;
  return element(
    "section",
    { class: "note", "aria-labelledby": "lifted" },
    element("h3", { id: "lifted" }, "No longer flagged for"),
    element("ul", {}, history.map(lifted)),
  );
}

function lifted({ id, kind, source, summary, url, found, lifted: until }) {
  return element(
    "li",
    {},
    url ? element("a", { href: url }, id) : id,
    summary && `: ${summary}`,
    ` (${titleOf(kind)}, ${day(found)} to ${day(until)}, source: ${titleOf(source)})`,
  );
}

function finding({ kind, id, summary, url, since, severity, source }) {
  const name =
    kind === "lookalike"
      ? element("a", { class: "package-name", href: `/package/${encodeURIComponent(id)}/` }, id)
      : url
        ? element("a", { href: url }, id)
        : id;
  const facts = [
    severity !== "unknown" && severity,
    since && `since ${day(since)}`,
    source && `source: ${titleOf(source)}`,
  ].filter(Boolean);
  return element(
    "li",
    {},
    name,
    summary && `: ${summary}`,
    element("span", { class: "note" }, ` (${facts.join(", ")})`),
  );
}

/** Fills `section` with the advisories that name a package. */
export function furnishPackageAdvisories(section, name) {
  const body = element("div", {}, element("p", { class: "loading" }, "Loading advisories…"));
  replace(section, explainedHead("Advisories", "All advisories", "/advisories/"), body);
  const address = packagePath(name, "/advisories");
  return load(
    body,
    () => ask(address),
    ({ advisories }) => showAdvisories(body, advisories),
  );
}

function showAdvisories(body, advisories) {
  if (advisories.length === 0) {
    return replace(body, element("p", { class: "note" }, "OSV names no flaw of this package."));
  }
  const open = advisories.filter((advisory) => advisory.affects_latest).length;
  const known = plural(advisories.length, "advisory", "advisories");
  const table = advisoryTable(advisories.slice(0, SHOWN_AT_FIRST));
  const text = `${known}; the latest version is open to ${open === 0 ? "none" : open}.`;
  return replace(body, element("p", { class: "note" }, text), table, restButton(table, advisories));
}

function restButton(table, advisories) {
  if (advisories.length <= SHOWN_AT_FIRST) return null;
  const showRest = () => {
    const rest = advisories.slice(SHOWN_AT_FIRST).map((advisory) => advisoryRow(advisory, false));
    table.querySelector("tbody").append(...rest);
    button.remove();
  };
  const button = element("button", { class: "button block", type: "button", on: { click: showRest } });
  button.textContent = `Show all ${advisories.length}`;
  return button;
}

/** A table of advisories; one that the latest version is open to is marked. */
export function advisoryTable(advisories, { withPackages = false } = {}) {
  return element(
    "div",
    { class: "table-scroll", tabindex: 0, role: "region", "aria-label": "Advisories, scrollable" },
    element(
      "table",
      { class: "advisories" },
      element(
        "thead",
        {},
        element(
          "tr",
          {},
          ["Advisory", withPackages && "Package", "Severity", "Published", "Fixed in"]
            .filter(Boolean)
            .map((title) => element("th", { scope: "col" }, title)),
        ),
      ),
      element(
        "tbody",
        {},
        advisories.map((advisory) => advisoryRow(advisory, withPackages)),
      ),
    ),
  );
}

/** One advisory as a row. */
export function advisoryRow(advisory, withPackages) {
  const {
    id,
    url,
    aliases = [],
    summary,
    severity,
    score,
    kind,
    published,
    packages = [],
    affects_latest: open,
  } = advisory;
  const fixes = advisory.fixed_in ?? packages.flatMap((each) => each.fixed_in);
  return element(
    "tr",
    {},
    element(
      "td",
      {},
      url ? element("a", { href: url }, id) : id,
      open && [" ", chip("open in the latest", "caution")],
      element("p", { class: "note" }, summary),
      aliases.length > 0 && element("p", { class: "note" }, `Also ${aliases.slice(0, 4).join(", ")}`),
    ),
    withPackages &&
      element(
        "td",
        {},
        packages
          .slice(0, 5)
          .map((each) => [
            element(
              "a",
              { class: "package-name", href: `/package/${encodeURIComponent(each.name)}/` },
              each.name,
            ),
            " ",
          ]),
        packages.length > 5 && element("span", { class: "note" }, `and ${packages.length - 5} more`),
      ),
    element(
      "td",
      {},
      kind === "vulnerable" ? chip(severity) : chip(kind),
      score !== null &&
        score !== undefined &&
        element("span", { class: "note" }, ` ${score.toFixed(1)}`),
    ),
    element("td", { class: "no-wrap" }, day(published)),
    element(
      "td",
      { class: fixes.length ? "fixed" : "fixed none" },
      fixes.length ? [...new Set(fixes)].slice(0, 3).join(", ") : "–",
    ),
  );
}
