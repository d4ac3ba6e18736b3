// The API's reference, made from its own OpenAPI document.

import { ask } from "../api.js";
import { copyable } from "../controls.js";
import { byId, element, replace } from "../dom.js";
import { words } from "../format.js";
import { load } from "../loading.js";
import { furnishSite } from "../site.js";

const EXAMPLES = {
  name: "requests",
  dimension: "python",
  category: "hidden_gem",
  metric: "downloads",
  format: "csv",
  feed: "rising",
  names: "flask,django",
  q: "requ",
  insight: "hidden_gem",
};

const LAST = "compatible"; // paths of other sites come after our own
const GROUP_TITLES = { compatible: "As other sites answer" };

furnishSite();
replace(
  byId("first-example"),
  copyable(`curl ${location.origin}/api/packages/requests`, "first example"),
);
replace(
  byId("client-example"),
  copyable(
    `python -c 'import pypistats; pypistats.BASE_URL = "${location.origin}/api/"; print(pypistats.recent("requests"))'`,
    "client example",
  ),
);
load(byId("reference"), () => ask("/api/openapi.json"), show);

function show({ paths }) {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    methods.get ? [{ path, ...methods.get }] : [],
  );
  const groups = Map.groupBy(operations, ({ tags = [] }) => tags[0] ?? "other");
  const ordered = [...groups].sort(([a], [b]) => (a === LAST) - (b === LAST));
  replace(byId("reference"), ordered.map(group));
}

function group([tag, operations]) {
  const title = GROUP_TITLES[tag] ?? words(tag);
  return element("div", { class: "section-space" }, element("h3", {}, title), operations.map(operation));
}

function operation({ path, summary, description, parameters = [] }) {
  return element(
    "details",
    { class: "part operation", id: path },
    element("summary", {}, element("code", {}, path), element("span", { class: "note" }, summary ?? "")),
    element(
      "div",
      {},
      description && description !== summary && element("p", {}, description),
      parameters.length > 0 && parameterTable(parameters),
      copyable(`curl '${location.origin}${example(path, parameters)}'`, `example of ${path}`),
    ),
  );
}

function example(path, parameters) {
  const filled = path.replaceAll(
    /\{(\w+)(?::path)?\}/g,
    (whole, name) => exampleOf(parameters.find((each) => each.name === name)) ?? EXAMPLES[name] ?? whole,
  );
  const required = parameters.filter((each) => each.in === "query" && each.required);
  const query = required
    .map((each) => `${each.name}=${exampleOf(each) ?? EXAMPLES[each.name] ?? ""}`)
    .join("&");
  return query ? `${filled}?${query}` : filled;
}

const exampleOf = (parameter) =>
  parameter?.example ?? parameter?.schema?.examples?.[0] ?? valuesOf(parameter?.schema)?.[0];

function parameterTable(parameters) {
  return element(
    "div",
    { class: "table-scroll roomy", tabindex: 0, role: "region", "aria-label": "Parameters, scrollable" },
    element(
      "table",
      {},
      element(
        "thead",
        {},
        element(
          "tr",
          {},
          ["Parameter", "Takes", "Meaning"].map((title) => element("th", { scope: "col" }, title)),
        ),
      ),
      element("tbody", {}, parameters.map(parameterRow)),
    ),
  );
}

function parameterRow({ name, in: place, required, schema = {}, description }) {
  return element(
    "tr",
    {},
    element(
      "th",
      { scope: "row" },
      element("code", {}, name),
      element(
        "p",
        { class: "note" },
        place === "path" ? "in the path" : required ? "required" : "optional",
      ),
    ),
    element("td", {}, takes(schema)),
    element("td", {}, description ?? schema.description ?? ""),
  );
}

function takes(schema) {
  const values = valuesOf(schema);
  const usual =
    schema.default !== undefined && schema.default !== null ? `; usually ${schema.default}` : "";
  return `${values ? values.join(", ") : typeText(schema)}${usual}`;
}

const alternatives = (schema) => [schema, ...(schema?.anyOf ?? [])];

const valuesOf = (schema) =>
  alternatives(schema).find((each) => each?.enum)?.enum ??
  (schema?.const !== undefined ? [schema.const] : undefined);

function typeText(schema) {
  const known = alternatives(schema).find((each) => each.type && each.type !== "null") ?? {};
  return known.format === "date"
    ? "a day, as 2026-06-30"
    : ({ integer: "a whole number", string: "text", boolean: "true or false", number: "a number" }[
        known.type
      ] ?? "text");
}
