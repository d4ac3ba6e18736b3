// Up to ten packages side by side: one chart, by date or by age, and a table.

import { query, settle, stepTo } from "../address.js";
import { ask, packagePath, path } from "../api.js";
import { drawChart } from "../chart.js";
import { segments, tableOnDemand } from "../controls.js";
import { byId, element, replace } from "../dom.js";
import { compact, count, day, momentum } from "../format.js";
import { load } from "../loading.js";
import { chip, packageLink, weekChange } from "../package-table.js";
import { saveCsv, savePng } from "../saving.js";
import { RANGES, aligned, complete, within } from "../series.js";
import { furnishSite } from "../site.js";

const MOST = 10;
const DAY_SECONDS = 86_400;
const CHOICES = {
  range: Object.entries(RANGES).map(([value, { title }]) => [value, title]),
  align: [
    ["date", "By date"],
    ["age", "By age"],
  ],
  scale: [
    ["shared", "One scale"],
    ["own", "Own scales"],
  ],
};
const DEFAULTS = { range: "1y", align: "date", scale: "shared" };

furnishSite();
const region = byId("comparison");
const form = byId("add");
form.addEventListener("submit", (event) => {
  event.preventDefault();
  stepTo({ names: parse(form.elements.names.value).join(",") });
  show();
});
addEventListener("popstate", show);
show();

function parse(text) {
  const names = (text ?? "")
    .split(/[\s,]+/)
    .map((name) => name.toLowerCase().replaceAll(/[-_.]+/g, "-"))
    .filter(Boolean);
  return [...new Set(names)].slice(0, MOST);
}

function show() {
  const names = parse(query().names);
  form.elements.names.value = names.join(", ");
  if (names.length === 0) return replace(region, invitation());
  return load(
    region,
    () => ask(path("/api/compare", { names: names.join(",") })),
    (answer) => draw(answer, names),
  );
}

function invitation() {
  return element(
    "div",
    { class: "notice section-space" },
    element("h2", {}, "Name two or more packages"),
    element(
      "p",
      {},
      "For example ",
      element("a", { href: "/compare/?names=flask,django,fastapi" }, "flask, django and fastapi"),
      ".",
    ),
  );
}

function draw({ packages }, names) {
  const known = new Set(packages.map(({ name }) => name));
  const unknown = names.filter((name) => !known.has(name));
  const chartBox = element("div");
  replace(
    region,
    unknown.length > 0 &&
      element(
        "p",
        { class: "notice caution section-space", role: "status" },
        `Not known: ${unknown.join(", ")}`,
      ),
    packages.length > 0 &&
      element(
        "section",
        { class: "section" },
        element("h2", { class: "unseen" }, "Downloads over time"),
        chartBox,
      ),
    packages.length > 0 &&
      element(
        "section",
        { class: "section" },
        element("div", { class: "section-head" }, element("h2", {}, "Side by side")),
        sideBySide(packages),
      ),
  );
  if (packages.length > 0) furnishChart(chartBox, packages);
}

function furnishChart(box, packages) {
  const view = { packages, choice: choiceIn(query()) };
  view.readout = element("div", { class: "readout tall" });
  view.holder = element("div", { class: "chart" });
  view.body = element("div", { class: "block" }, view.readout, view.holder);
  view.actions = element("div", { class: "actions" });
  view.table = element("div");
  const control = (label, key) =>
    segments(label, CHOICES[key], view.choice[key], (value) => choose(view, key, value));
  replace(
    box,
    element(
      "div",
      { class: "controls" },
      control("Range", "range"),
      control("Alignment", "align"),
      control("Scale", "scale"),
    ),
    view.body,
    view.actions,
    view.table,
  );
  load(
    view.body,
    () => histories(packages),
    (answers) => {
      view.points = answers.map((answer) => answer.points);
      drawLines(view);
    },
  );
}

function choiceIn(asked) {
  const pick = (key) =>
    CHOICES[key].some(([value]) => value === asked[key]) ? asked[key] : DEFAULTS[key];
  return { range: pick("range"), align: pick("align"), scale: pick("scale") };
}

function choose(view, key, value) {
  view.choice[key] = value;
  settle({ [key]: value === DEFAULTS[key] ? "" : value });
  if (view.points) drawLines(view);
}

const histories = (packages) =>
  Promise.all(
    packages.map(({ name }) =>
      ask(path(packagePath(name, "/history"), { series: "both", granularity: "week" })),
    ),
  );

async function drawLines(view) {
  const { align, range, scale } = view.choice;
  const shown = align === "age" ? view.points : view.points.map((points) => within(points, range));
  const { x, columns } = aligned(shown, align);
  const byAge = align === "age";
  const lines = columns.map((column, which) => ({
    values: complete(
      column.map((point) => point ?? { downloads: null }),
      "downloads",
    ),
    colour: `--series-${which + 1}`,
    scale: scale === "own" ? `y${which}` : "y",
  }));
  replace(
    view.body,
    view.readout,
    view.holder,
    element("div", { class: "chart-notes" }, element("p", {}, notes(view.choice))),
  );
  view.chart?.destroy();
  view.chart = await drawChart(view.holder, {
    x: byAge ? x.map((at) => at / DAY_SECONDS / 7) : x,
    time: !byAge,
    lines,
    label: "Downloads by week. Use the arrow keys to read them week by week.",
    onRead: (position) => read(view, x[position], lines, position),
  });
  replace(view.actions, actions(view, x, lines));
  replace(view.table, numbers(view, x, lines));
}

function notes({ align, scale }) {
  const counted =
    align === "age"
      ? "Weeks since each package's first recorded download; the range does not apply."
      : "Downloads by week, without mirrors; the week that is not over is left out.";
  return scale === "own"
    ? `${counted} Each line has its own scale from zero to its highest week: compare their shapes, not their heights.`
    : counted;
}

const whenText = (view, at) =>
  view.choice.align === "age"
    ? `Week ${Math.round(at / DAY_SECONDS / 7)}`
    : `Week of ${day(new Date(at * 1000).toISOString())}`;

function read(view, at, lines, position) {
  const when = whenText(view, at);
  const texts = lines.map(({ values }, which) => [
    view.packages[which].name,
    compact(values[position]),
    `series-${which + 1}`,
  ]);
  replace(
    view.readout,
    element("time", {}, when),
    texts.map(([name, text, tone]) =>
      element(
        "span",
        { class: `key ${tone}` },
        element("span", {}, `${name} `, element("strong", {}, text)),
      ),
    ),
  );
  return `${when}: ${texts.map(([name, text]) => `${name} ${text}`).join(", ")}`;
}

function actions(view, x, lines) {
  const names = view.packages.map(({ name }) => name);
  const rows = () => [
    ["week", ...names],
    ...x.map((at, position) => [whenText(view, at), ...lines.map(({ values }) => values[position])]),
  ];
  const button = (text, click) =>
    element("button", { class: "button", type: "button", on: { click } }, text);
  return [
    button("Save as PNG", () =>
      savePng(
        "comparison.png",
        view.chart.picture(`${names.join(", ")}: downloads by week`, "PyPI Stats, without mirrors"),
      ),
    ),
    button("Save as CSV", () => saveCsv("comparison.csv", rows())),
  ];
}

function numbers(view, x, lines) {
  const columns = [["Week", false], ...view.packages.map(({ name }) => [name, true])];
  const rows = () =>
    x
      .map((at, position) => [whenText(view, at), ...lines.map(({ values }) => count(values[position]))])
      .reverse();
  return tableOnDemand("The numbers as a table", columns, rows);
}

const MEASURED = [
  ["Downloads, 30 days", (p) => count(p.downloads.last_month)],
  ["With mirrors", (p) => count(p.with_mirrors?.last_month)],
  ["All time", (p) => compact(p.downloads.total)],
  ["Rank", (p) => count(p.downloads.rank)],
  ["This week", (p) => weekChange(p.momentum.week_over_week)],
  ["Momentum", (p) => momentum(p.momentum.score)],
  ["Health", (p) => count(p.health.score === null ? null : Math.round(p.health.score))],
  ["Maintenance", (p) => chip(p.labels.maintenance)],
  ["Stars", (p) => count(p.repository?.stars)],
  ["Dependents", (p) => count(p.dependents)],
  ["Licence", (p) => chip(p.labels.license)],
  ["Version", (p) => p.version],
  ["Released", (p) => day(p.released)],
  ["Security", (p) => chip(p.security.status)],
];

function sideBySide(packages) {
  const row = ([title, cell]) =>
    element(
      "tr",
      {},
      element("th", { scope: "row" }, title),
      packages.map((pkg) => element("td", { class: "number" }, cell(pkg))),
    );
  return element(
    "div",
    {
      class: "table-scroll",
      tabindex: 0,
      role: "region",
      "aria-label": "Packages side by side, scrollable",
    },
    element(
      "table",
      {},
      element(
        "thead",
        {},
        element(
          "tr",
          {},
          element("td"),
          packages.map((pkg) =>
            element("th", { scope: "col", class: "number" }, packageLink(pkg), remove(pkg, packages)),
          ),
        ),
      ),
      element("tbody", {}, MEASURED.map(row)),
    ),
  );
}

function remove({ name }, packages) {
  const rest = packages.map((pkg) => pkg.name).filter((each) => each !== name);
  return element(
    "button",
    {
      class: "button quiet small",
      type: "button",
      "aria-label": `Take ${name} away`,
      on: { click: () => (stepTo({ names: rest.join(",") }), show()) },
    },
    "×",
  );
}
