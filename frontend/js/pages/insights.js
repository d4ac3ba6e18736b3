// The insights: what each category is, and its packages with the reason why.

import { describePage, nameInPath, query } from "../address.js";
import { ask } from "../api.js";
import { byId, element, replace } from "../dom.js";
import { compact, plural, sentence } from "../format.js";
import { rememberScroll, showLeaderboard } from "../leaderboard.js";
import { load } from "../loading.js";
import { MEASURES, packageLink } from "../package-table.js";
import { furnishSite } from "../site.js";
import { definitions } from "../vocabulary.js";

furnishSite();
const region = byId("insights");
const category = nameInPath();
if (category) showCategory();
else load(region, () => ask("/api/insights"), showAll);

function showAll({ categories }) {
  replace(
    region,
    element(
      "div",
      { class: "page-head" },
      element("h1", {}, "Insights"),
      element(
        "p",
        { class: "lead" },
        "Lists that neither downloads nor stars show alone. Each follows a published rule, and says of every package why it is there.",
      ),
    ),
    element("div", { class: "cards" }, categories.map(card)),
  );
}

function card({ name, title, meaning, count: size, packages = [] }) {
  const item = (pkg) =>
    element(
      "li",
      { class: "pair" },
      packageLink(pkg),
      element("span", { class: "note number" }, compact(pkg.downloads?.last_month)),
    );
  return element(
    "section",
    { class: "card" },
    element("h2", {}, element("a", { href: `/insights/${encodeURIComponent(name)}/` }, title)),
    element("p", { class: "note" }, meaning),
    element("ol", { class: "list" }, packages.slice(0, 5).map(item)),
    element(
      "p",
      { class: "note" },
      element(
        "a",
        {
          href: `/insights/${encodeURIComponent(name)}/`,
          "aria-label": `${title}: all ${plural(size, "package")}`,
        },
        `All ${plural(size, "package")}`,
      ),
    ),
  );
}

/** The column that a list is ordered by, where the definitions order it by one that is shown. */
async function sortOf(name) {
  const known = (await definitions())?.insights.find((each) => each.name === name);
  return known?.order in MEASURES ? known.order : "downloads";
}

async function showCategory() {
  const loading = element("p", { class: "loading" }, "Loading packages…");
  const head = element("div", { class: "page-head" }, wayBack(), loading);
  const list = element("section", { "aria-label": "Packages" });
  replace(region, head, list);
  list.setAttribute("aria-busy", "true");
  rememberScroll();
  showLeaderboard(list, {
    address: `/api/insights/${encodeURIComponent(category)}`,
    query: {},
    sort: await sortOf(category),
    pages: Number(query().pages) || 1,
    caption: "Packages of this insight",
    empty: element("p", { class: "notice" }, "No package is in this list at present."),
    onAnswer: (answer) => showHead(head, answer),
  });
}

function showHead(head, { category: known, total }) {
  describePage(`${known.title} · PyPI Stats`, known.meaning);
  replace(
    head,
    wayBack(),
    element("h1", {}, known.title),
    element("p", { class: "lead" }, known.meaning),
    element("p", { class: "note" }, `${plural(total, "package")}. Rule: ${sentence(known.rule)}`),
  );
}

function wayBack() {
  return element("p", { class: "note" }, element("a", { href: "/insights/" }, "All insights"));
}
