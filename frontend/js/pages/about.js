// The method, from the definitions that the scoring itself is made of.

import { ask } from "../api.js";
import { sectionHead } from "../controls.js";
import { byId, element, replace } from "../dom.js";
import { share } from "../format.js";
import { RULES } from "../flagged-rules.js";
import { load } from "../loading.js";
import { furnishSite, siteStatus } from "../site.js";
import {
  describeCommunity,
  describeHealth,
  describeInsights,
  describeLabels,
  describeMomentum,
  describeRanks,
} from "../method.js";

furnishSite();
replace(byId("flagged-rules"), RULES.flatMap(([found, follows]) => [
  element("dt", {}, found),
  element("dd", {}, follows),
]));
load(byId("definitions"), () => ask("/api/definitions"), show);
showStaleShare();

function show(known) {
  replace(
    byId("definitions"),
    section("health", "Health", describeHealth(known)),
    section("momentum", "Momentum", describeMomentum(known)),
    section("ranks", "Ranks", describeRanks(known)),
    section("labels", "Labels", describeLabels(known)),
    section("community", "Community", describeCommunity(known)),
    section("insights", "Insights", describeInsights(known)),
  );
  if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView();
}

function section(id, title, content) {
  return element(
    "section",
    { class: "section", id },
    sectionHead(title),
    content,
  );
}

async function showStaleShare() {
  const status = await siteStatus().catch(() => null);
  if (status?.packages)
    byId("stale-share").textContent =
      ` (at present ${share(status.stale_packages / status.packages)} of them)`;
}
