// The leaderboards.

import { addressWith, query, stepTo } from "../address.js";
import { ask, path } from "../api.js";
import { furnishDiscovery } from "../discover.js";
import { byId, element, replace } from "../dom.js";
import { countOptions, filtersIn, furnishFilters, keepOpenOnWideScreens, reflectFilters } from "../filters.js";
import { count, plural } from "../format.js";
import { rememberScroll, showLeaderboard } from "../leaderboard.js";
import { MEASURES, namesToChoose } from "../package-table.js";
import { furnishSite } from "../site.js";
import { titleOf } from "../vocabulary.js";

const region = byId("leaderboard");
const form = byId("filters");
let stop = () => {};

furnishSite();
rememberScroll();
furnishFilters(form, change);
furnishDiscovery(byId("discover"));
byId("sorts").addEventListener("click", sortByLink);
region.addEventListener("click", sortByLink);
const USUAL = { title: document.title, head: document.querySelector("h1").textContent };
addEventListener("popstate", show);
keepOpenOnWideScreens(form);
show();

function show() {
  const asked = query();
  const sort = asked.sort in MEASURES ? asked.sort : "downloads";
  reflectFilters(form, asked);
  reflectSort(sort);
  nameTheList(asked);
  showNames(asked.q);
  stop();
  stop = showLeaderboard(region, {
    address: "/api/packages",
    query: { sort, ...filtersIn(asked) },
    sort,
    pages: Number(asked.pages) || 1,
    caption: `Packages by ${MEASURES[sort].tab.toLowerCase()}`,
    hrefOf: (name) => addressWith({ sort: name === "downloads" ? "" : name, pages: "" }),
    empty: element(
      "div",
      { class: "notice" },
      element("h2", {}, "No package passes these filters"),
      element("p", {}, "Take one away, or search for a name above."),
    ),
    onAnswer: ({ total }) => {
      replace(byId("total"), total === undefined ? null : plural(total, "package"), whyOther(asked));
      countOptions(form, asked);
    },
  });
}

/** Filters in the title and the head: tabs and bookmarks differ as their lists do. */
function nameTheList(asked) {
  const told = Object.entries(filtersIn(asked)).map(([name, value]) => filterText(name, value));
  const named = told.length > 0 ? `Packages: ${told.join(", ")}` : "";
  document.title = named ? `${named} · PyPI Stats` : USUAL.title;
  document.querySelector("h1").textContent = named || USUAL.head;
}

function filterText(name, value) {
  if (name === "topic") return `topic ${value}`;
  if (name === "q") return `named like “${value}”`;
  if (name.startsWith("min_")) return `${count(Number(value))} ${name.slice("min_".length)} or more`;
  return titleOf(value).toLowerCase();
}

/** A category and the insight of its name count differently; that is said where one may wonder. */
function whyOther({ category }) {
  if (!category || category === "none" || category === "unknown") return null;
  const href = `/insights/${encodeURIComponent(category)}/`;
  const link = element("a", { href }, "The insight");
  return [". ", link, " has each repository once, and nothing with a severe flaw."];
}

function change(changes) {
  stepTo({ ...changes, pages: "" });
  show();
}

function sortByLink(event) {
  const link = event.target.closest("a[data-sort]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  change({ sort: link.dataset.sort === "downloads" ? "" : link.dataset.sort });
}

function reflectSort(sort) {
  for (const link of byId("sorts").querySelectorAll("a")) {
    link.href = addressWith({ sort: link.dataset.sort, pages: "" });
    if (link.dataset.sort === sort) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

/** Names like the query, flagged ones included: the lists leave those out, a search must not. */
async function showNames(text) {
  const box = byId("names");
  replace(box);
  if (!text) return;
  const nothing = { packages: [], nearest: [] };
  const found = await ask(path("/api/search", { q: text })).catch(() => nothing);
  const wanted = text.toLowerCase().replaceAll(/[-_.\s]+/g, "-");
  const named = found.packages.filter(({ name }) => name.includes(wanted));
  if (named.length === 0) return replace(box, noName(text, found));
  return replace(
    box,
    element("h2", {}, `Names like “${text}”`),
    namesToChoose(named),
  );
}

/** No name holds what was typed: what else a search finds, or the nearest words. */
function noName(text, { packages, nearest = [] }) {
  const word = (each) => [
    " ",
    element("a", { href: `/search/?q=${encodeURIComponent(each)}` }, each),
  ];
  return [
    element("h2", {}, `No name is like “${text}”`),
    packages.length > 0 && [
      element("p", { class: "note" }, "What it may mean:"),
      namesToChoose(packages),
    ],
    nearest.length > 0 &&
      element("p", {}, "Near words that find something:", nearest.map(word)),
  ];
}
