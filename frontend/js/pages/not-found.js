// The page for addresses that lead nowhere: it searches for what the address names.

import { ask, path } from "../api.js";
import { byId, element, replace } from "../dom.js";
import { namesToChoose } from "../package-table.js";
import { furnishSite } from "../site.js";

furnishSite();
const wanted = location.pathname.split("/").filter(Boolean).at(-1);
if (wanted) suggest(decodeURIComponent(wanted).slice(0, 100));

async function suggest(text) {
  const { packages } = await ask(path("/api/search", { q: text })).catch(() => ({ packages: [] }));
  if (packages.length === 0) return;
  replace(byId("names"), element("h2", {}, `Packages like “${text}”`), namesToChoose(packages));
}
