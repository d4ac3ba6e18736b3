// The insights: what each category is, and its packages with the reason why.

import { describePage, nameInPath, query } from "../address.js";
import { ask } from "../api.js";
import { byId, element, replace } from "../dom.js";
import { inlineFacts } from "../facts.js";
import { plural, sentence } from "../format.js";
import { rememberScroll, showLeaderboard } from "../leaderboard.js";
import { load } from "../loading.js";
import { measuresOf, packageLink } from "../package-table.js";
import { furnishSite } from "../site.js";
import { waysToHelp } from "../ways-to-help.js";

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

function card({ name, title, meaning, sort, count: size, packages = [] }) {
  const href = `/insights/${encodeURIComponent(name)}/`;
  const measures = measuresOn(sort);
  const cell = ({ text }, pkg) => element("td", { class: "number" }, text(pkg));
  const item = (pkg) =>
    element(
      "tr",
      {},
      element("th", { scope: "row" }, packageLink(pkg)),
      measures.map((measure) => cell(measure, pkg)),
    );
  const all = `All ${plural(size, "package")}`;
  return element(
    "section",
    { class: "card insight" },
    element("h2", {}, element("a", { href }, title)),
    element("p", { class: "note" }, meaning),
    size > 0 &&
      element(
        "table",
        { class: "first-few" },
        element("thead", {}, element("tr", {}, cardHeadings(measures))),
        element("tbody", {}, packages.slice(0, 5).map(item)),
      ),
    element(
      "p",
      { class: size > 0 ? "note foot" : "note" },
      size > 0
        ? element("a", { href, "aria-label": `${title}: ${all}` }, all)
        : "No package meets its rule at present.",
    ),
  );
}

/** Both numbers of the promise, downloads and stars, and what the list is sorted by. */
function measuresOn(sort) {
  const known = measuresOf(sort);
  return ["downloads", "stars", ...(sort in known ? [sort] : [])]
    .filter((name, at, all) => all.indexOf(name) === at)
    .map((name) => known[name]);
}

const cardHeadings = (measures) => [
  element("th", { scope: "col" }, "Package"),
  measures.map(({ tab }) => element("th", { scope: "col", class: "number" }, tab)),
];

function showCategory() {
  const { head, list } = written() ?? loading();
  replace(region, head, list);
  rememberScroll();
  showLeaderboard(list, {
    address: `/api/insights/${encodeURIComponent(category)}`,
    query: {},
    sort: "downloads",
    pages: Number(query().pages) || 1,
    caption: "Packages of this insight",
    empty: element("p", { class: "notice" }, "No package is in this list at present."),
    onAnswer: (answer) => showHead(head, answer),
    reasonOf: (pkg, answer) => reason(pkg, answer.category ?? {}),
  });
}

/** What the server has written already, to stand until the list is there. */
function written() {
  const head = region.querySelector(".page-head");
  const first = region.querySelector("ol");
  return head && first && { head, list: element("section", { "aria-label": "Packages" }, first) };
}

function loading() {
  const note = element("p", { class: "loading" }, "Loading packages…");
  return {
    head: element("div", { class: "page-head" }, wayBack(), note),
    list: element("section", { "aria-label": "Packages" }),
  };
}

/** The column that a list is ordered by. */
const columnOf = (sort) => (sort in measuresOf(sort) ? sort : "downloads");

/** Facts that have a column of their own. */
const COLUMNS = ["downloads_last_month", "stars", "momentum", "health", "dependents", "star_surplus"];

/** What put a package here beyond the columns; by which rule, where the list has more than one. */
function reason({ why, why_inputs: inputs = [], repository }, { name: list, rule }) {
  const more = inputs.filter(({ name, value }) => !COLUMNS.includes(name) && typeof value === "number");
  const told = why && why !== rule;
  const help = list === "may_need_maintainers" && repository ? waysToHelp(repository) : null;
  if (!told && more.length === 0 && !help) return null;
  return [
    (told || more.length > 0) && element("span", {}, "Why: ", told && sentence(why)),
    more.length > 0 && inlineFacts(more),
    help,
  ];
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
  byCategory(head, known.name);
  return columnOf(known.sort);
}

const CATEGORIES = [
  "hidden_gem",
  "rising_star",
  "invisible_infrastructure",
  "industry_standard",
  "community_favorite",
];

/** Why the leaderboard's category of the same name counts more. */
function byCategory(head, name) {
  if (!CATEGORIES.includes(name)) return;
  const link = element("a", { href: `/?category=${name}` }, "The category");
  const why = " counts every package of a repository, and those with a severe flaw.";
  head.append(element("p", { class: "note" }, link, why));
}

function wayBack() {
  return element("p", { class: "note" }, element("a", { href: "/insights/" }, "All insights"));
}
