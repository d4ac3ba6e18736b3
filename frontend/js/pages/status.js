// What is fresh, what is late, which runs were held and why.

import { sectionHead } from "../controls.js";
import { byId, element, replace } from "../dom.js";
import { NOTHING, count, day, digits, plural, sentence, share } from "../format.js";
import { load } from "../loading.js";
import { furnishSite, siteStatus } from "../site.js";
import { titleOf } from "../vocabulary.js";

const READ_FROM = { metadata: "PyPI and GitHub" }; // of the other kinds the API says which one it was
const OUTCOMES = { complete: "good", partial: "caution", held: "bad", cancelled: "" };

furnishSite();
const region = byId("status");
load(region, siteStatus, show);

function show(status) {
  replace(
    region,
    headline(status),
    figures(status),
    sourceSection(status.sources),
    scheduleSection(status),
    runSection(status.runs, status.gates),
    gateSection(status.runs, status.gates),
    gapSection(status.gaps),
    correctionSection(status.corrections ?? []),
  );
}

function headline({ sources, runs }) {
  const late = sources.filter((source) => source.late);
  const newest = newestOfEachKind(runs);
  const held = newest.filter((run) => run.status === "held");
  if (held.length)
    return verdict(
      "bad",
      "New numbers are held back",
      "A check did not pass, so the last good numbers are shown. See the gates below.",
    );
  if (late.length)
    return verdict(
      "caution",
      `${plural(late.length, "source is", "sources are")} late`,
      late.map(({ name, problem }) => `${titleOf(name)}: ${problem ?? "no newer day yet"}`).join(" "),
    );
  return verdict("good", "All numbers are up to date", "Every source was read, and every check passed.");
}

function newestOfEachKind(runs) {
  const seen = new Map();
  runs.forEach((run) => seen.has(run.kind) || seen.set(run.kind, run));
  return [...seen.values()];
}

function verdict(tone, title, text) {
  return element(
    "div",
    { class: `notice banner ${tone}` },
    element("h2", {}, title),
    element("p", {}, text),
  );
}

function figures({ data_through: through, packages, generation, ...told }) {
  const figure = (title, text, note) =>
    element(
      "div",
      {},
      element("dt", {}, title),
      element(
        "dd",
        {},
        element("div", { class: "figure" }, text),
        element("div", { class: "note" }, note),
      ),
    );
  return element(
    "dl",
    { class: "figures" },
    figure("Numbers through", day(through), `generation ${generation}`),
    figure("Packages", count(packages), "known by name"),
    figure("Stale", count(told.stale_packages), "not in the latest collection"),
    figure("Unknown installers", share(told.unknown_installers), "of the downloads; counted as users"),
  );
}

function table(caption, headings, rows) {
  for (const cells of rows.flat(2).map((each) => each.children))
    for (const [at, cell] of [...cells].entries()) cell.dataset.title = headings[at];
  return element(
    "div",
    { class: "table-scroll run-table", tabindex: 0, role: "region", "aria-label": caption },
    element(
      "table",
      {},
      element("caption", { class: "unseen" }, caption),
      element(
        "thead",
        {},
        element(
          "tr",
          {},
          headings.map((title) => element("th", { scope: "col" }, title)),
        ),
      ),
      element("tbody", {}, rows),
    ),
  );
}

const row = (...cells) =>
  element(
    "tr",
    {},
    cells.map((cell) => element("td", { class: cell === NOTHING && "nothing" }, cell)),
  );

const mark = (text, tone) => element("span", { class: `chip ${tone}` }, text);

function section(title, ...content) {
  return element(
    "section",
    { class: "section" },
    sectionHead(title),
    content,
  );
}

function sourceSection(sources) {
  const rows = sources.map(({ name, source, newest, late, problem }) =>
    row(
      titleOf(name),
      source ? titleOf(source) : (READ_FROM[name] ?? NOTHING),
      day(newest),
      late ? mark("late", "caution") : mark("on time", "good"),
      problem ? sentence(problem) : NOTHING,
    ),
  );
  return section(
    "Sources",
    table("Sources", ["What", "Source", "Newest day", "State", "Problem"], rows),
  );
}

function scheduleSection({ schedules = [], scheduled, sample_data: sample }) {
  const rows = schedules.map(({ kind, rule, next, last_status: outcome, last_started: last }) =>
    row(
      titleOf(kind),
      rule,
      last ? [moment(last), " ", mark(outcome, OUTCOMES[outcome] ?? "")] : NOTHING,
      next ? moment(next) : NOTHING,
    ),
  );
  return section(
    "Schedules",
    !scheduled &&
      element(
        "p",
        {},
        sample
          ? "Off: these are sample data, and nothing is asked for by itself."
          : "Off: runs are asked for by hand alone.",
      ),
    table("Schedules", ["Kind", "Asked for", "Last", "Next"], rows),
  );
}

const moment = (text) => `${text.slice(0, 10)} ${text.slice(11, 16)} UTC`;

function runSection(runs, gates) {
  if (runs.length === 0)
    return section(
      "Collection runs",
      element("p", { class: "note" }, "Nothing has been collected yet."),
    );
  const rows = runs.map((run) => [
    row(
      titleOf(run.kind),
      day(run.day),
      mark(run.status, OUTCOMES[run.status] ?? ""),
      duration(run),
      batches(run),
      remark(run),
    ),
    gatesOf(run, gates),
  ]);
  return section(
    "Collection runs",
    table("Collection runs", ["Kind", "Day", "Outcome", "Took", "Batches", "Remark"], rows),
  );
}

const batches = ({ applied, expected }) => `${count(applied)} of ${count(expected)}`;

function remark({ reason, missing_count: missing, left_out: leftOut = [] }) {
  const lacking = missing > 0 && `${plural(missing, "package is", "packages are")} missing.`;
  const without = leftOut.map((each) => `Without ${each}.`);
  return [reason && sentence(reason), lacking, ...without].filter(Boolean).join(" ") || NOTHING;
}

function duration({ started, completed }) {
  if (!started || !completed) return NOTHING;
  const seconds = Math.round((Date.parse(completed) - Date.parse(started)) / 1000);
  return seconds < 90 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}

function gatesOf(run, gates) {
  const failed = gates.filter((gate) => gate.run_id === run.run_id && !gate.passed);
  return failed.map((gate) =>
    element(
      "tr",
      { class: "gate" },
      element(
        "td",
        { colspan: 6 },
        mark("check not passed", "bad"),
        ` ${titleOf(gate.gate)}: ${gate.reason}`,
        element("span", { class: "note" }, ` ${measured(gate)}`),
      ),
    ),
  );
}

/** What every check of the newest run of each kind found, passed or not. */
function gateSection(runs, gates) {
  const newest = newestOfEachKind(runs);
  const rows = newest.flatMap((run) =>
    gates
      .filter((gate) => gate.run_id === run.run_id)
      .map((gate) =>
        row(
          titleOf(run.kind),
          titleOf(gate.gate),
          gate.passed ? mark("passed", "good") : mark("not passed", "bad"),
          [sentence(gate.reason), !gate.passed && element("span", { class: "note" }, ` ${measured(gate)}`)],
        ),
      ),
  );
  if (rows.length === 0) return null;
  return section(
    "Checks of the latest runs",
    element(
      "p",
      { class: "note" },
      "Numbers are shown once every check has passed; until then the last good ones stay.",
    ),
    table("Checks of the latest runs", ["Run", "Check", "Result", "Found"], rows),
  );
}

const measured = ({ measured: value, limit }) =>
  value === null || limit === null ? "" : `Measured ${digits(value)}, limit ${digits(limit)}.`;

/** Days that the source counted anew after they were shown. */
function correctionSection(corrections) {
  const rows = corrections.map(({ day: corrected, packages, downloads }) =>
    row(
      day(corrected),
      plural(packages, "package"),
      `${downloads < 0 ? "−" : "+"}${count(Math.abs(downloads))} downloads`,
    ),
  );
  return section(
    "Corrected days",
    rows.length > 0
      ? table("Corrected days", ["Day", "Changed", "By"], rows)
      : element("p", {}, "None: no day was counted anew after it was shown."),
    element(
      "p",
      { class: "note" },
      "Every night the last 30 days are read again; where the source has changed its mind, so do the pages.",
    ),
  );
}

function gapSection(gaps) {
  const text = gaps.length
    ? element("p", {}, gaps.map((gap) => day(gap)).join(", "))
    : element("p", {}, "None: every day since the first one is there.");
  return section(
    "Missing days",
    text,
    element(
      "p",
      { class: "note" },
      "A day that the source lacks is a gap in every chart, never a zero. It is asked for again every night as long as it lies within the window.",
    ),
  );
}
