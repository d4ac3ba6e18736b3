// The repository that belongs to a package, as far as one is known.

import { chartOnDemand } from "./chart-on-demand.js";
import { GITHUB } from "./config.js";
import { factList } from "./controls.js";
import { element } from "./dom.js";
import { ago, contributors, count, day, sentence } from "./format.js";
import { chip } from "./package-table.js";
import { seconds } from "./series.js";
import { waysToHelp } from "./ways-to-help.js";

const FIRST_STARS =
  "Its stars are recorded from the first day this site saw it; a line appears when there are several.";

/** The matched repository, how sure the match is, and its stars over time. */
export function repositoryCard(pkg) {
  const content = pkg.repository ? knownRepository(pkg) : noRepository(pkg);
  return element(
    "section",
    { class: "card", "aria-labelledby": "repository" },
    element("h2", { id: "repository" }, "Repository"),
    content,
  );
}

function noRepository({ repository_reason: reason }) {
  return element(
    "p",
    { class: "note" },
    reason ??
      "No GitHub repository is known for this package, so what depends on one is left out of its score.",
  );
}

function knownRepository({ repository, star_history: stars = [], name, data_through: until }) {
  return [
    element(
      "p",
      {},
      element(
        "a",
        { class: "package-name", href: `${GITHUB}/${repository.full_name}` },
        repository.full_name,
      ),
      repository.archived && [" ", chip("archived")],
    ),
    repository.description && element("p", { class: "note" }, repository.description),
    repositoryFacts(repository, until),
    topics(repository.topics ?? []),
    waysToHelp(repository),
    starHistory(stars, name),
    confidenceNote(repository),
  ];
}

function repositoryFacts(repository, until) {
  const facts = [
    ["Stars", count(repository.stars)],
    ["Forks", count(repository.forks)],
    ["Open issues", count(repository.open_issues)],
    newestWork(repository, until),
    ["Contributors", repository.contributors && contributors(repository.contributors)],
    ["Commits, 1 year", repository.commits_last_year && count(repository.commits_last_year)],
    ["Language", repository.language],
  ];
  return factList(facts);
}

/** A push may be a bot's, and to any branch: it is shown where commits are not known. */
function newestWork({ last_commit: commit, last_push: push }, until) {
  return commit ? ["Last commit", ago(commit, until)] : ["Newest push", ago(push, until)];
}

function topics(names) {
  return element(
    "ul",
    { class: "chips" },
    names
      .slice(0, 8)
      .map((name) =>
        element(
          "li",
          {},
          element("a", { class: "chip", href: `/?topic=${encodeURIComponent(name)}` }, name),
        ),
      ),
  );
}

function confidenceNote({
  confidence,
  observed_at: observed,
  matched_by: reason,
  shared_by: packages,
}) {
  const sure =
    typeof confidence === "number"
      ? `Matched with ${Math.round(confidence * 100)}% confidence`
      : `Match: ${confidence ?? "unknown"}`;
  return [
    element(
      "details",
      { class: "note" },
      element("summary", {}, sure),
      element("ul", { class: "bullets" }, (reason ?? "").split("; ").map(because)),
    ),
    element(
      "p",
      { class: "note" },
      `Seen ${day(observed)}.`,
      packages > 1 &&
        ` ${count(packages)} packages share this repository, and show the same numbers here.`,
    ),
  ];
}

const because = (reason) => reason && element("li", {}, sentence(reason));

function starHistory(history, name) {
  if (history.length < 2) return element("p", { class: "note" }, FIRST_STARS);
  return chartOnDemand("Stars over time", {
    x: history.map(({ day: when }) => seconds(when)),
    lines: [{ title: "Stars", values: history.map(({ stars }) => stars), series: 2 }],
    whenAt: (position) => day(history[position].day),
    format: count,
    unit: "stars",
    label: `Stars of ${name}.`,
  });
}
