// What a search found, each with its reason; filters and pages are in the address.

import { query, settle, stepTo } from "../address.js";
import { ask, path } from "../api.js";
import { byId, element, replace } from "../dom.js";
import { filtersIn, furnishFilters, keepOpenOnWideScreens, reflectFilters } from "../filters.js";
import { compact, plural } from "../format.js";
import { failure, load } from "../loading.js";
import { chip, packageLink, warningChip } from "../package-table.js";
import { furnishSite } from "../site.js";
import { isWarnedOf } from "../vocabulary.js";

const MOST_PAGES = 25; // an address may ask for any number

const region = byId("found");
const form = byId("filters");
const field = byId("page-search");

furnishSite();
furnishFilters(form, change);
keepOpenOnWideScreens(form);
addEventListener("popstate", show);
show();

/** What was typed is no filter: taking the filters away leaves it. */
function change(changes) {
  stepTo({ ...changes, q: query().q, pages: "" });
  show();
}

function show() {
  const { q, ...asked } = query();
  field.value = q ?? "";
  reflectFilters(form, asked);
  if (!q) return;
  const filters = filtersIn(asked);
  load(
    region,
    () => firstPages({ q, ...filters }, Number(asked.pages) || 1),
    (answers) => draw({ q, ...filters }, answers),
  );
}

function read(search, cursor) {
  return ask(path("/api/search", { ...search, cursor }));
}

async function firstPages(search, wanted) {
  const answers = [await read(search)];
  while (answers.length < Math.min(wanted, MOST_PAGES) && answers.at(-1).next)
    answers.push(await read(search, answers.at(-1).next));
  return answers;
}

function draw(search, answers) {
  const [{ total, packages, nearest }] = answers;
  byId("total").textContent = total ? plural(total, "package") : "";
  if (packages.length === 0) return replace(region, nothing(search, nearest));
  const list = element("ol", { class: "found" });
  const more = element("div", { class: "actions" });
  replace(region, list, more);
  answers.forEach((answer) => list.append(...answer.packages.map(result)));
  offerMore({ search, list, more, pages: answers.length }, answers.at(-1).next);
}

function offerMore(shown, next) {
  const button = element(
    "button",
    { class: "button", type: "button", on: { click: () => goOn(shown, next) } },
    "Show more",
  );
  replace(shown.more, next ? button : element("p", { class: "note" }, "That is all."));
}

async function goOn(shown, cursor) {
  try {
    const answer = await read(shown.search, cursor);
    shown.list.append(...answer.packages.map(result));
    shown.pages += 1;
    settle({ pages: shown.pages });
    offerMore(shown, answer.next);
  } catch (problem) {
    replace(
      shown.more,
      failure(problem, () => goOn(shown, cursor)),
    );
  }
}

function result(pkg) {
  return element(
    "li",
    {},
    packageLink(pkg),
    chips(pkg).map((each) => [" ", each]),
    " ",
    element("span", { class: "note number" }, `${compact(pkg.downloads?.last_month)} a month`),
    pkg.summary && element("p", {}, pkg.summary),
    element("p", { class: "note" }, pkg.why),
  );
}

function chips(pkg) {
  const found = [];
  if (isWarnedOf(pkg.security)) found.push(warningChip(pkg.security));
  if (pkg.project_status && pkg.project_status !== "active") found.push(chip(pkg.project_status));
  if (pkg.stale && pkg.project_status !== "gone") found.push(chip("stale"));
  return found;
}

function nothing({ q, ...filters }, nearest = []) {
  const advice = Object.keys(filters).length ? "Take a filter away, or type other words." : "";
  return element(
    "div",
    { class: "notice" },
    element("h2", {}, `Nothing found for “${q}”`),
    nearest.length
      ? element("p", {}, "Near words that find something: ", nearest.map(nearWord))
      : element("p", {}, advice || "Type other words."),
  );
}

function nearWord(word, place) {
  const link = element("a", { href: `/search/?q=${encodeURIComponent(word)}` }, word);
  return [place > 0 && ", ", link];
}
