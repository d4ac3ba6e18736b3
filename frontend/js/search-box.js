// A search field with suggestions: a combobox as the ARIA practices describe it.

import { query } from "./address.js";
import { ask, path } from "./api.js";
import { element, replace } from "./dom.js";
import { compact } from "./format.js";
import { packageHref, warningChip } from "./package-table.js";
import { isWarnedOf } from "./vocabulary.js";

const PAUSE_MS = 90;

/**
 * Gives the search form in `box` its suggestions, and the query of the address. `onChoose(package)`
 * hears what is chosen; else its page opens.
 */
export function furnishSearch(box, onChoose = go) {
  const input = box.querySelector("input");
  const list = element("ul", {
    class: "suggestions",
    role: "listbox",
    id: `${input.id}-list`,
    "aria-label": "Packages",
    hidden: true,
  });
  const announcement = element("p", { class: "unseen", role: "status" });
  box.append(list, announcement);
  setAttributes(input, {
    role: "combobox",
    "aria-autocomplete": "list",
    "aria-expanded": "false",
    "aria-controls": list.id,
  });
  const state = { input, list, announcement, found: [], active: -1, running: null, timer: null, onChoose };
  input.value ||= (input.name === "q" && query().q) || "";

  input.addEventListener("input", () => suggestSoon(state));
  input.addEventListener("keydown", (event) => steer(state, event));
  input.addEventListener("blur", () => setTimeout(() => close(state), 150));
  input.form.addEventListener("submit", (event) => submit(state, event));
}

function setAttributes(node, attributes) {
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
}

function suggestSoon(state) {
  clearTimeout(state.timer);
  state.timer = setTimeout(() => suggest(state), PAUSE_MS);
}

async function suggest(state) {
  const typed = state.input.value.trim();
  state.running?.abort();
  const running = new AbortController();
  state.running = running;
  if (!typed) return show(state, []);
  try {
    const { packages, nearest } = await ask(path("/api/search", { q: typed }), {
      signal: running.signal,
    });
    if (running.signal.aborted) return;
    show(state, packages);
    if (packages.length === 0) tellNothing(state, typed, nearest);
  } catch (problem) {
    if (problem.name !== "AbortError") excuse(state, problem);
  }
}

function show(state, packages) {
  state.found = packages;
  state.active = -1;
  replace(
    state.list,
    packages.map((pkg, position) => option(state, pkg, position)),
  );
  open(state, packages.length > 0);
  const typed = state.input.value.trim();
  state.announcement.textContent = typed ? `${packages.length} suggestions` : "";
}

/** Nothing was found: that is said, with the nearest words that find something. */
function tellNothing(state, typed, nearest = []) {
  const text = `Nothing found for “${typed}”`;
  replace(
    state.list,
    element("li", { role: "option", "aria-disabled": "true", "aria-selected": "false" }, text),
    nearest.map((word) =>
      element(
        "li",
        {
          role: "option",
          "aria-selected": "false",
          on: { mousedown: (event) => event.preventDefault(), click: () => search(word) },
        },
        element("span", { class: "package-name" }, word),
        element("span", { class: "note" }, "a near word that finds something"),
      ),
    ),
  );
  open(state, true);
  state.announcement.textContent = [text, ...nearest].join(", ");
}

const search = (word) => location.assign(`/search/?q=${encodeURIComponent(word)}`);

function excuse(state, problem) {
  state.found = [];
  const text =
    problem.kind === "limited"
      ? "Too many searches just now; wait a moment."
      : "Suggestions are not available; press Enter to search.";
  replace(
    state.list,
    element("li", { role: "option", "aria-disabled": "true", "aria-selected": "false" }, text),
  );
  open(state, true);
}

function option(state, pkg, position) {
  return element(
    "li",
    {
      role: "option",
      id: `${state.list.id}-${position}`,
      "aria-selected": "false",
      on: { mousedown: (event) => event.preventDefault(), click: () => choose(state, pkg) },
    },
    element("span", { class: "package-name" }, pkg.display_name ?? pkg.name),
    isWarnedOf(pkg.security)
      ? warningChip(pkg.security)
      : element("span", { class: "note number" }, compact(pkg.downloads?.last_month)),
    element("span", { class: "note about" }, pkg.match === "import" ? pkg.why : pkg.summary),
  );
}

function open(state, isOpen) {
  state.list.hidden = !isOpen;
  state.input.setAttribute("aria-expanded", String(isOpen));
  if (!isOpen) state.input.removeAttribute("aria-activedescendant");
}

const close = (state) => open(state, false);

function steer(state, event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && state.found.length) {
    event.preventDefault();
    open(state, true);
    activate(state, state.active + step);
  } else if (event.key === "Escape" && !state.list.hidden) {
    event.preventDefault();
    close(state);
  }
}

function activate(state, wanted) {
  const size = state.found.length;
  state.active = (wanted + size) % size;
  [...state.list.children].forEach((each, position) => {
    each.setAttribute("aria-selected", String(position === state.active));
    if (position === state.active) each.scrollIntoView({ block: "nearest" });
  });
  state.input.setAttribute("aria-activedescendant", `${state.list.id}-${state.active}`);
}

const exactlyNamed = (pkg) => (pkg?.match === "exact" ? pkg : undefined);

/** Enter opens the chosen or exactly named package; else the form asks for all matches. */
function submit(state, event) {
  const typed = state.input.value.trim();
  const chosen = state.found[state.active] ?? exactlyNamed(state.found[0]);
  finish(state);
  if (typed && !chosen) return;
  event.preventDefault();
  if (chosen) state.onChoose(chosen);
}

function choose(state, pkg) {
  finish(state);
  state.onChoose(pkg);
}

/** What was typed is acted upon: no late answer opens the list again, and none is chosen twice. */
function finish(state) {
  clearTimeout(state.timer);
  state.running?.abort();
  state.found = [];
  state.active = -1;
  close(state);
}

function go(pkg) {
  location.assign(packageHref(pkg.name));
}
