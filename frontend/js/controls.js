// Small parts that several pages share.

import { element, replace } from "./dom.js";

/**
 * A row of buttons of which one is pressed. `choices`: [value, title] pairs; `onChoose(value)`
 * hears a change.
 */
export function segments(label, choices, chosen, onChoose) {
  const press = (value) => {
    for (const button of group.children)
      button.setAttribute("aria-pressed", String(button.value === value));
  };
  const button = ([value, title]) =>
    element(
      "button",
      { type: "button", value, on: { click: () => (press(value), onChoose(value)) } },
      title,
    );
  const group = element(
    "div",
    { class: "segments", role: "group", "aria-label": label },
    choices.map(button),
  );
  press(chosen);
  return group;
}

/** A field for a day, with its label; `onChoose(day)` hears an ISO day. */
export function labelledDay(title, value, onChoose) {
  const hear = ({ target }) => target.value && onChoose(target.value);
  const field = { class: "field", type: "date", value: value ?? "", on: { change: hear } };
  return element("label", { class: "labelled beside-it" }, title, element("input", field));
}

/** A section's heading, and what stands beside it. */
export const sectionHead = (title, ...beside) =>
  element("div", { class: "section-head" }, element("h2", {}, title), beside);

/** The same with a way to what is meant. */
export const explainedHead = (title, text, href) =>
  sectionHead(title, element("a", { class: "note", href }, text));

/** A table that is made when it is opened: columns are [title, isNumber] pairs, `rows()` texts. */
export function tableOnDemand(summary, columns, rows) {
  const box = element("details", { class: "block" }, element("summary", {}, summary));
  const holder = element("div");
  box.append(holder);
  box.addEventListener(
    "toggle",
    () => box.open && replace(holder, plainTable(summary, columns, rows())),
  );
  return box;
}

function plainTable(caption, columns, rows) {
  return element(
    "div",
    { class: "data-table", tabindex: 0, role: "region", "aria-label": caption },
    element(
      "table",
      { class: "plain-table" },
      element(
        "thead",
        {},
        element(
          "tr",
          {},
          columns.map(([title, isNumber]) =>
            element("th", { scope: "col", class: isNumber && "number" }, title),
          ),
        ),
      ),
      element(
        "tbody",
        {},
        rows.map((row) =>
          element(
            "tr",
            {},
            row.map((cell, at) => element("td", { class: columns[at][1] && "number" }, cell)),
          ),
        ),
      ),
    ),
  );
}

/** A text to copy, with its button. */
export function copyable(text, label) {
  const done = element("span", { class: "note", role: "status" });
  const copy = async () => {
    await navigator.clipboard.writeText(text).then(
      () => (done.textContent = "Copied"),
      () => (done.textContent = "Select the text to copy it"),
    );
  };
  return element(
    "div",
    { class: "copy-row" },
    element("code", { class: "code", tabindex: 0, role: "region", "aria-label": label }, text),
    element(
      "button",
      { class: "button", type: "button", "aria-label": `Copy ${label}`, on: { click: copy } },
      "Copy",
    ),
    done,
  );
}

/** A list of facts; those without a value are left out. */
export function factList(facts) {
  const known = facts.filter(([, value]) => value !== null && value !== undefined && value !== "");
  return element(
    "dl",
    { class: "facts" },
    known.map(([title, value]) => [element("dt", {}, title), element("dd", {}, value)]),
  );
}
