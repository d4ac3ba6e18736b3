// The leaderboards.

import { addressWith, query, stepTo } from "../address.js";
import { ask, path } from "../api.js";
import { furnishDiscovery } from "../discover.js";
import { byId, element, replace } from "../dom.js";
import { filtersIn, furnishFilters, keepOpenOnWideScreens, reflectFilters } from "../filters.js";
import { plural } from "../format.js";
import { rememberScroll, showLeaderboard } from "../leaderboard.js";
import { MEASURES, namesToChoose } from "../package-table.js";
import { furnishSite } from "../site.js";

const region = byId("leaderboard");
const form = byId("filters");
let stop = () => {};

furnishSite();
rememberScroll();
furnishFilters(form, change);
furnishDiscovery(byId("discover"));
byId("sorts").addEventListener("click", sortByLink);
addEventListener("popstate", show);
keepOpenOnWideScreens(form);
show();

function show() {
  const asked = query();
  const sort = asked.sort in MEASURES ? asked.sort : "downloads";
  reflectFilters(form, asked);
  reflectSort(sort);
  showNames(asked.q);
  stop();
  stop = showLeaderboard(region, {
    address: "/api/packages",
    query: { sort, ...filtersIn(asked) },
    sort,
    pages: Number(asked.pages) || 1,
    caption: `Packages by ${MEASURES[sort].tab.toLowerCase()}`,
    empty: element(
      "div",
      { class: "notice" },
      element("h2", {}, "No package passes these filters"),
      element("p", {}, "Take one away, or search for a name above."),
    ),
    onAnswer: ({ total }) => {
      replace(byId("total"), total === undefined ? null : plural(total, "package"));
    },
  });
}

function change(changes) {
  stepTo({ ...changes, pages: "" });
  show();
}

function sortByLink(event) {
  const link = event.target.closest("a");
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
  const { packages } = await ask(path("/api/search", { q: text })).catch(() => ({ packages: [] }));
  if (packages.length === 0) return;
  replace(
    box,
    element("h2", {}, `Names like “${text}”`),
    namesToChoose(packages),
  );
}
