// The insights on the home page: what downloads and stars show only together.

import { ask } from "./api.js";
import { element, replace } from "./dom.js";
import { count } from "./format.js";
import { packageLink } from "./package-table.js";

const MOST_LISTS = 3;
const MOST_NAMES = 3;

/** Fills `nav` with the first lists that have packages; it stays empty when they cannot be had. */
export async function furnishDiscovery(nav) {
  const { categories } = await ask("/api/insights").catch(() => ({ categories: [] }));
  const filled = categories.filter(({ packages = [] }) => packages.length > 0);
  if (filled.length === 0) return;
  replace(nav, element("ul", {}, filled.slice(0, MOST_LISTS).map(insight)));
}

function insight({ name, title, meaning, count: size, packages }) {
  const href = `/insights/${encodeURIComponent(name)}/`;
  const names = packages.slice(0, MOST_NAMES).map((pkg) => [packageLink(pkg), " "]);
  return element(
    "li",
    {},
    element(
      "a",
      { class: "discovery", href, title: meaning },
      title,
      " ",
      element("span", { class: "note" }, count(size)),
    ),
    element("p", { class: "wide-only" }, names),
  );
}
