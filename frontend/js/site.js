// What every page does: colours, search, how fresh the numbers are, the operator's beacon.

import { ask } from "./api.js";
import { loadBeacon } from "./beacon.js";
import { element, replace } from "./dom.js";
import { day } from "./format.js";
import { furnishSearch } from "./search-box.js";

const YEAR_SECONDS = 31_536_000;

let statusAsked;

/** The answer of /api/status, asked for once a page; after a failure it may be asked for again. */
export function siteStatus() {
  statusAsked ??= ask("/api/status").catch((problem) => {
    statusAsked = undefined;
    throw problem;
  });
  return statusAsked;
}

/** Called by every page once. */
export function furnishSite() {
  document.querySelectorAll(".search").forEach((box) => furnishSearch(box));
  addEventListener("keydown", searchByKey);
  furnishThemeToggle(document.querySelector(".theme-toggle"));
  showFreshness(document.querySelector(".freshness-strip"));
  revealCurrentPage(document.querySelector(".site-nav"));
  printInLight(document.documentElement);
  loadBeacon();
}

/** `/`, unless it is being typed somewhere, and Ctrl-K lead to the first search of the page. */
function searchByKey(event) {
  const isTyping = event.target.closest("input, select, textarea, [contenteditable]");
  const isSlash = event.key === "/" && !isTyping && !event.ctrlKey && !event.metaKey;
  const isCtrlK = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey);
  const field = document.querySelector(".search input");
  if (!field || !(isSlash || isCtrlK)) return;
  event.preventDefault();
  field.focus();
  field.select();
}

/** On a phone the navigation scrolls sideways: the present page must be in view. */
function revealCurrentPage(nav) {
  const link = nav.querySelector("[aria-current]");
  if (link) nav.scrollLeft = link.offsetLeft - nav.clientWidth / 2;
}

function isDark() {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

function furnishThemeToggle(button) {
  const name = () =>
    button.setAttribute("aria-label", isDark() ? "Use light colours" : "Use dark colours");
  name();
  button.hidden = false;
  button.addEventListener("click", () => {
    const theme = isDark() ? "light" : "dark";
    document.documentElement.dataset.theme = theme;
    document.cookie = `theme=${theme}; path=/; max-age=${YEAR_SECONDS}; SameSite=Lax`;
    name();
    document.dispatchEvent(new CustomEvent("themechange"));
  });
}

/** Paper is white: charts, which the style sheet does not reach, are drawn for it and back again. */
function printInLight({ dataset }) {
  let chosen;
  const wear = (theme) => {
    if (theme) dataset.theme = theme;
    else delete dataset.theme;
    document.dispatchEvent(new CustomEvent("themechange"));
  };
  addEventListener("beforeprint", () => {
    chosen = dataset.theme;
    wear("light");
  });
  addEventListener("afterprint", () => wear(chosen));
}

async function showFreshness(strip) {
  const status = await siteStatus().catch(() => null);
  const frame = strip.querySelector(".frame");
  if (!status) return replace(frame, "How fresh the numbers are could not be read. ", statusLink());
  strip.classList.toggle("is-sample", Boolean(status.sample_data));
  replace(frame, status.sample_data ? sampleNote() : null, throughNote(status));
}

function sampleNote() {
  return [
    element("strong", {}, "Sample data"),
    element("span", { class: "wide-only" }, ": invented numbers, to show how the site works"),
    " · ",
  ];
}

function throughNote({ data_through: through, sources = [] }) {
  const late = sources.filter((source) => source.late).length;
  return [
    "Numbers through ",
    through ? element("time", { datetime: through }, day(through)) : "no day yet",
    late > 0 && [
      " · ",
      element("a", { href: "/status/" }, late === 1 ? "one source is late" : `${late} sources are late`),
    ],
  ];
}

const statusLink = () => element("a", { href: "/status/" }, "Status");
