// One package: the warning first, then everything known of it.

import { describePage, nameInPath } from "../address.js";
import { ask, packagePath } from "../api.js";
import { furnishBreakdowns } from "../breakdowns.js";
import { byId, element, replace } from "../dom.js";
import { furnishDownloadsChart } from "../downloads-chart.js";
import { compact } from "../format.js";
import { furnishHealth } from "../health.js";
import { load } from "../loading.js";
import {
  badgeSection,
  freshnessSection,
  headlineFigures,
  packageHead,
} from "../package-facts.js";
import { relationSection } from "../relations.js";
import { releaseSection } from "../releases.js";
import { repositoryCard } from "../repository-card.js";
import { furnishPackageAdvisories, liftedFindings, warningBanner } from "../security.js";
import { furnishSite } from "../site.js";
import { isGravelyWarnedOf } from "../vocabulary.js";
import { whenNear } from "../when-near.js";

furnishSite();
const region = byId("package");
const name = nameInPath();
if (name) load(region, () => ask(packagePath(name)), show);
else location.replace("/");

function show(pkg) {
  describe(pkg);
  const flagged = isGravelyWarnedOf(pkg.security);
  region.classList.toggle("is-flagged", flagged);
  const parts = Object.fromEntries(
    ["chart", "breakdowns", "versions", "health", "advisories"].map((part) => [
      part,
      element("section", { class: `section ${part}-section` }),
    ]),
  );
  replace(
    region,
    warningBanner(pkg),
    liftedFindings(pkg),
    packageHead(pkg),
    headlineFigures(pkg),
    parts.chart,
    element(
      "div",
      { class: "two-columns" },
      element("div", {}, parts.breakdowns),
      element("aside", { class: "beside" }, repositoryCard(pkg)),
    ),
    parts.versions,
    parts.health,
    parts.advisories,
    releaseSection(pkg),
    relationSection(pkg),
    flagged ? null : badgeSection(pkg),
    freshnessSection(pkg),
  );
  furnishDownloadsChart(parts.chart, pkg);
  furnishBreakdowns(parts.breakdowns, pkg.name);
  whenNear(parts.versions, async () => {
    const { furnishReleaseDownloads } = await import("../release-downloads.js");
    furnishReleaseDownloads(parts.versions, pkg.name);
  });
  furnishHealth(parts.health, pkg);
  furnishPackageAdvisories(parts.advisories, pkg.name);
}

function describe(pkg) {
  const { name: canonical, display_name: title = canonical, summary, downloads, security } = pkg;
  if (canonical !== name)
    history.replaceState(
      history.state,
      "",
      `/package/${encodeURIComponent(canonical)}/${location.search}${location.hash}`,
    );
  const warning = isGravelyWarnedOf(security) ? `Flagged as ${security.status}. ` : "";
  describePage(
    `${title}: downloads and health · PyPI Stats`,
    `${warning}${title}: ${compact(downloads.last_month)} downloads in 30 days. ${summary ?? ""}`.trim(),
  );
}
