// The advisory catalogue, with filters in the address.

import { query, stepTo } from "../address.js";
import { ask, path } from "../api.js";
import { byId, element, replace } from "../dom.js";
import { plural } from "../format.js";
import { failure, load } from "../loading.js";
import { advisoryRow, advisoryTable } from "../security.js";
import { furnishSite } from "../site.js";

const PAGE_SIZE = 50;
const FIELDS = ["kind", "severity", "package", "since"];

furnishSite();
const region = byId("advisories");
const form = byId("filters");
form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("change", ({ target }) => {
  stepTo({ [target.name]: target.value.trim().toLowerCase() });
  show();
});
addEventListener("popstate", show);
show();

/** One page of the catalogue. */
function request(asked, cursor) {
  return ask(path("/api/advisories", { ...asked, limit: PAGE_SIZE, cursor }));
}

function show() {
  const given = query();
  const asked = Object.fromEntries(FIELDS.map((field) => [field, given[field]]));
  FIELDS.forEach((field) => (form.elements[field].value = asked[field] ?? ""));
  return load(
    region,
    () => request(asked),
    (answer) => draw(asked, answer),
  );
}

function draw(asked, { advisories, next, total }) {
  if (advisories.length === 0)
    return replace(region, element("p", { class: "notice" }, "No advisory passes these filters."));
  const table = advisoryTable(advisories, { withPackages: true });
  const more = element("div", { class: "actions" });
  replace(
    region,
    total !== undefined &&
      total !== null &&
      element("p", { class: "note", role: "status" }, plural(total, "advisory", "advisories")),
    table,
    more,
  );
  offerMore({ asked, table, more, next });
}

function offerMore(list) {
  const button = element(
    "button",
    { class: "button", type: "button", on: { click: () => goOn(list) } },
    `Show ${PAGE_SIZE} more`,
  );
  replace(list.more, list.next ? button : element("p", { class: "note" }, "That is all."));
}

async function goOn(list) {
  try {
    const { advisories, next } = await request(list.asked, list.next);
    list.table
      .querySelector("tbody")
      .append(...advisories.map((advisory) => advisoryRow(advisory, true)));
    list.next = next;
    offerMore(list);
  } catch (problem) {
    replace(
      list.more,
      failure(problem, () => goOn(list)),
    );
  }
}
