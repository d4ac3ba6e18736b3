// Many packages at once: a pasted list, and what of it deserves a look. It stays out of the address.

import { query } from "../address.js";
import { send } from "../api.js";
import { checkedTable, csvRows, unreadLines } from "../checked-table.js";
import { byId, element, replace } from "../dom.js";
import { plural } from "../format.js";
import { load } from "../loading.js";
import { saveCsv } from "../saving.js";
import { furnishSite } from "../site.js";

const LARGEST_BYTES = 2 ** 20;
const EXAMPLE = "requests==2.19.0\nflask>=3\nurllib3\nnumpy\n-r more.txt\n";

furnishSite();
const form = byId("list");
const text = byId("text");
const found = byId("found");
form.addEventListener("submit", (event) => (event.preventDefault(), check()));
byId("file").addEventListener("change", ({ target }) => take(target));
byId("example").addEventListener("click", () => ((text.value = EXAMPLE), check()));
start(query().names);

/** Names in the address are looked at at once, so that a short list can be linked to. */
function start(names) {
  if (!names) return;
  text.value = names.split(",").join("\n");
  check();
}

async function take(chooser) {
  const [file] = chooser.files;
  if (!file) return;
  if (file.size > LARGEST_BYTES) return refuse("The file is too large: at most one megabyte is read.");
  text.value = await file.text();
  chooser.value = "";
  check();
}

function refuse(reason) {
  replace(byId("total"));
  replace(found, element("p", { class: "notice caution", role: "alert" }, reason));
}

function check() {
  if (!text.value.trim()) return refuse("Paste a list first, or choose a file.");
  replace(byId("total"));
  return load(found, () => send("/api/packages/lookup", text.value), show);
}

function show(answer) {
  const { packages, unread } = answer;
  const notable = packages.filter(({ attention }) => attention.some(({ tone }) => tone !== "note"));
  replace(
    byId("total"),
    `${plural(packages.length, "package")}: ${
      notable.length === 1 ? "1 deserves" : `${notable.length} deserve`
    } a look`,
    unread.length > 0 && `; ${plural(unread.length, "line")} could not be read`,
    ".",
  );
  replace(
    found,
    packages.length > 0 && checkedTable(packages),
    packages.length > 0 && saveButton(packages),
    unread.length > 0 && unreadLines(unread),
  );
}

const saveButton = (packages) =>
  element(
    "div",
    { class: "actions" },
    element(
      "button",
      {
        class: "button",
        type: "button",
        on: { click: () => saveCsv("checked-packages.csv", csvRows(packages)) },
      },
      "Save as CSV",
    ),
  );
