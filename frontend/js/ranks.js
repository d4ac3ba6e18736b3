// Where a package stands: its places among all packages, and within its topics.

import { explainedHead } from "./controls.js";
import { element } from "./dom.js";
import { NOTHING, count, percent } from "./format.js";
import { titleOf } from "./vocabulary.js";

/** A table of ranks; a flagged or unmeasured package has none. */
export function standing({ all = [], topics = [] } = {}) {
  if (all.length === 0) return null;
  const columns = [{ title: "All packages", ranks: all }, ...topics.map(topicColumn)];
  return element(
    "div",
    { class: "section" },
    explainedHead("Where it stands", "How ranks are made", "/about/#ranks"),
    element(
      "div",
      { class: "table-scroll", tabindex: 0, role: "region", "aria-label": "Ranks, scrollable" },
      element("table", { class: "ranks" }, head(columns), body(columns, all)),
    ),
  );
}

const topicColumn = ({ topic, ranks }) => ({
  title: element("a", { href: `/?topic=${encodeURIComponent(topic)}` }, topic),
  ranks,
});

function head(columns) {
  const heading = ({ title }) => element("th", { scope: "col", class: "number" }, title);
  return element(
    "thead",
    {},
    element("tr", {}, element("th", { scope: "col" }, "Rank by"), columns.map(heading)),
  );
}

function body(columns, all) {
  const cell = ({ ranks }, name) => {
    const place = ranks.find((each) => each.name === name);
    return element("td", { class: "number" }, place ? placeText(place) : NOTHING);
  };
  const row = ({ name }) =>
    element(
      "tr",
      {},
      element("th", { scope: "row" }, titleOf(name)),
      columns.map((column) => cell(column, name)),
    );
  return element("tbody", {}, all.map(row));
}

const placeText = ({ rank, percentile }) => [
  element("strong", {}, `#${count(rank)}`),
  element("div", { class: "note" }, `ahead of ${percent(percentile)}`),
];
