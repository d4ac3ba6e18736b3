// A region of the page that waits for the API: patient, honest when it fails, never empty.

import { element, replace } from "./dom.js";

const SLOW_AFTER_MS = 3_000;

const HEADLINES = {
  offline: "The server could not be reached",
  slow: "The server is taking too long",
  limited: "Too many requests just now",
  missing: "Not found",
  refused: "This cannot be asked",
  failing: "The server could not answer",
};

const ADVICE = {
  offline: "Check your connection, then try again.",
  slow: "It may be busy. Try again in a moment.",
  limited: "The server limits how often one address may ask. Your page is fine; wait a moment.",
  failing: "The fault is on our side. The status page may say more.",
};

const newest = new WeakMap();

/**
 * Fills `region` with what `draw` makes of the answer of `request`; on failure with a message and
 * a way to retry. When the region is asked to load again meanwhile, the older answer is dropped.
 */
export async function load(region, request, draw) {
  const ticket = Symbol("load");
  const isNewest = () => newest.get(region) === ticket;
  newest.set(region, ticket);
  region.setAttribute("aria-busy", "true");
  const slow = setTimeout(() => isNewest() && region.prepend(patienceNote()), SLOW_AFTER_MS);
  try {
    const answer = await request();
    if (isNewest()) await draw(answer);
  } catch (problem) {
    if (!problem.kind) console.error(problem);
    if (isNewest())
      replace(
        region,
        failure(problem, () => load(region, request, draw)),
      );
  } finally {
    clearTimeout(slow);
    if (isNewest()) comeToRest(region);
  }
}

function comeToRest(region) {
  region.querySelectorAll(":scope > .patience").forEach((note) => note.remove());
  region.removeAttribute("aria-busy");
}

function patienceNote() {
  return element(
    "p",
    { class: "loading patience", role: "status" },
    "The server is slower than usual. Still waiting…",
  );
}

/** A notice that says what went wrong, with a button that tries again. */
export function failure(problem, retry) {
  const kind = problem.kind ?? "failing";
  return element(
    "div",
    { class: "notice caution", role: "alert" },
    element("h2", {}, HEADLINES[kind]),
    element("p", {}, problem.kind ? problem.message : "The page could not show the answer."),
    ADVICE[kind] && element("p", { class: "note" }, ADVICE[kind]),
    kind === "missing" || kind === "refused" ? null : retryButton(problem.retryAfterSeconds, retry),
  );
}

function retryButton(waitSeconds, retry) {
  const button = element(
    "button",
    { class: "button primary", type: "button", on: { click: retry } },
    "Try again",
  );
  if (waitSeconds) countDown(button, waitSeconds);
  return button;
}

function countDown(button, seconds) {
  button.disabled = seconds > 0;
  button.textContent = seconds > 0 ? `Try again in ${seconds} s` : "Try again";
  if (seconds > 0) setTimeout(() => countDown(button, seconds - 1), 1_000);
}
