// An endless list of packages that keeps its place: pages are in the address, scroll in history.

import { settle } from "./address.js";
import { ask, path } from "./api.js";
import { element, replace } from "./dom.js";
import { failure, load } from "./loading.js";
import { packageRows, packageTable } from "./package-table.js";

const PAGE_SIZE = 50;
const MOST_PAGES_AT_ONCE = 20; // an address may ask for any number
const PAGES_WITHOUT_ASKING = 5; // then a button, so that the footer can be reached

/**
 * Shows the list behind `address` in `region`, with as many pages as `pages` says; `onAnswer`
 * hears the first page and may give the sort that the list turns out to have. `reasonOf(pkg,
 * answer)` may give what stands below a package. Gives a function that stops it.
 */
export function showLeaderboard(
  region,
  {
    address,
    query,
    sort,
    pages = 1,
    caption,
    empty,
    hrefOf,
    onAnswer = () => {},
    reasonOf = () => null,
  },
) {
  const list = {
    region,
    address,
    query,
    sort,
    caption,
    empty,
    hrefOf,
    reasonOf,
    shown: 0,
    pages: 0,
    next: null,
    stopped: false,
  };
  list.request = (cursor) => ask(path(address, { ...query, limit: PAGE_SIZE, cursor }));
  load(
    region,
    () => firstPages(list, pages),
    (answers) => {
      list.sort = onAnswer(answers[0]) ?? sort;
      drawFirst(list, answers);
      restoreScroll();
    },
  );
  return () => {
    list.stopped = true;
    list.observer?.disconnect();
  };
}

async function firstPages(list, pages) {
  const answers = [await list.request()];
  const wanted = Math.min(pages, MOST_PAGES_AT_ONCE);
  while (answers.length < wanted && answers.at(-1).next)
    answers.push(await list.request(answers.at(-1).next));
  return answers;
}

function drawFirst(list, answers) {
  if (answers[0].packages.length === 0) return replace(list.region, list.empty);
  const table = packageTable(list.sort, list.caption, list.hrefOf);
  list.body = table.tBodies[0];
  list.more = element("div", { class: "actions" });
  replace(list.region, element("div", {}, table), list.more);
  answers.forEach((answer) => append(list, answer));
  list.observer = new IntersectionObserver(([entry]) => entry.isIntersecting && goOn(list), {
    rootMargin: "600px",
  });
  list.observer.observe(list.more);
  offerMore(list);
}

function append(list, answer) {
  for (const pkg of answer.packages) {
    const reason = list.reasonOf(pkg, answer);
    list.body.append(...packageRows(pkg, ++list.shown, list.sort, reason));
  }
  list.pages += 1;
  list.next = answer.next;
}

function offerMore(list) {
  const button = element(
    "button",
    { class: "button", type: "button", on: { click: () => fetchMore(list) } },
    `Show ${PAGE_SIZE} more`,
  );
  replace(list.more, list.next ? button : element("p", { class: "note" }, "That is all."));
}

function goOn(list) {
  if (list.next && list.pages % PAGES_WITHOUT_ASKING !== 0) fetchMore(list);
}

async function fetchMore(list) {
  if (list.running || list.stopped) return;
  list.running = true;
  try {
    append(list, await list.request(list.next));
    if (!list.stopped) settle({ pages: list.pages });
    offerMore(list);
  } catch (problem) {
    replace(
      list.more,
      failure(problem, () => fetchMore(list)),
    );
  } finally {
    list.running = false;
  }
}

/** Remembers how far down the reader was, in the history entry alone. */
export function rememberScroll() {
  history.scrollRestoration = "manual";
  let timer;
  addEventListener("scroll", () => {
    clearTimeout(timer);
    timer = setTimeout(() => settle({}, { ...history.state, scroll: scrollY }), 150);
  });
}

function restoreScroll() {
  const wanted = history.state?.scroll;
  if (wanted) scrollTo({ top: wanted, behavior: "instant" });
}
