// The filters of a list: a form whose fields are the address's query.

import { ask, path } from "./api.js";
import { element } from "./dom.js";
import { count } from "./format.js";
import { titleOf, valuesOf } from "./vocabulary.js";

const LABEL_FILTERS = ["category", "maintenance", "license", "python", "cadence"];

/** Every filter, as the API names them. */
export const FILTERS = [...LABEL_FILTERS, "topic", "min_downloads", "min_stars", "q"];

/** The filters that a query sets. */
export const filtersIn = (query) =>
  Object.fromEntries(FILTERS.filter((name) => query[name]).map((name) => [name, query[name]]));

/** Fills the selects with the values that the scoring knows, and calls `onChange` with a filter's change. */
export function furnishFilters(form, onChange) {
  LABEL_FILTERS.forEach((label) => fillOptions(form.elements[label], label));
  form.addEventListener("change", ({ target }) => onChange({ [target.name]: target.value.trim() }));
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", (event) => {
    event.preventDefault();
    onChange(Object.fromEntries(FILTERS.map((name) => [name, ""])));
  });
}

/**
 * Writes beside each value how many packages it leaves; nothing where a filter is set that is no
 * label, since those are not counted.
 */
export async function countOptions(form, query) {
  const asked = filtersIn(query);
  const isCounted = Object.keys(asked).every((name) => LABEL_FILTERS.includes(name));
  const { facets } = isCounted ? await ask(path("/api/facets", asked)).catch(() => ({})) : {};
  for (const label of LABEL_FILTERS) {
    const counts = facets && new Map(facets[label].map((each) => [each.value, each.packages]));
    for (const option of form.elements[label].options) {
      if (option.value) option.textContent = titleOf(option.value) + numberOf(counts, option.value);
    }
  }
}

const numberOf = (counts, value) => (counts ? ` (${count(counts.get(value) ?? 0)})` : "");

async function fillOptions(select, label) {
  const values = await valuesOf(label);
  const there = new Set([...select.options].map(({ value }) => value));
  select.append(
    ...values
      .filter((value) => !there.has(value))
      .map((value) => element("option", { value }, titleOf(value))),
  );
}

/** Shows in the form what the address says. */
export function reflectFilters(form, query) {
  for (const name of FILTERS) {
    const field = form.elements[name];
    if (!field) continue;
    const value = query[name] ?? "";
    if (field.options && ![...field.options].some((option) => option.value === value)) {
      field.append(element("option", { value }, titleOf(value)));
    }
    field.value = value;
  }
  const used = Object.keys(filtersIn(query)).length;
  form.querySelector("[type=reset]").disabled = used === 0;
  form.closest("details").querySelector("summary").textContent = used ? `Filters (${used})` : "Filters";
}

/** Filters are folded away on small screens alone; until this runs, the style sheet folds them. */
export function keepOpenOnWideScreens(form) {
  const wide = matchMedia("(min-width: 48rem)");
  const box = form.closest("details");
  const settleBox = () => (box.open = wide.matches || box.open);
  box.open = wide.matches;
  box.classList.remove("is-unsettled");
  wide.addEventListener("change", settleBox);
}
