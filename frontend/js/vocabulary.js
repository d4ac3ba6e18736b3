// What labels are called and mean, from the API's own definitions of the scoring.

import { FLAGGED, SEVERE } from "./flagged.js";
import { ask } from "./api.js";
import { words } from "./format.js";

/** Titles for what the scoring does not define itself. */
const TITLES = {
  maintenance: "Maintenance",
  category: "Category",
  license: "Licence",
  python: "Python",
  cadence: "Release cadence",
  contributor_risk: "Contributors",
  bdist_wheel: "Wheel",
  sdist: "Source archive",
  bdist_egg: "Egg",
  Darwin: "macOS",
  other: "Other",
  lookalike: "Look-alike",
  pypi: "PyPI",
  github: "GitHub",
  clickhouse: "ClickHouse",
  bigquery: "BigQuery",
  osv: "OSV",
  names: "names",
  downloads: "Downloads",
  freshness: "Newest day",
  list: "Number of packages",
  source: "Source's answer",
  sum: "Sum of downloads",
  total: "Total of the day",
  metadata: "Packages and repositories",
  security: "Security",
};

/** Tone of the values that deserve a colour; all others stay grey. */
const TONES = {
  active: "good",
  at_risk: "caution",
  archived: "caution",
  deprecated: "caution",
  vulnerable: "caution",
  lookalike: "caution",
  critical: "bad",
  malicious: "bad",
  quarantined: "bad",
};

let asked;

/** The definitions, asked for once a page; null when they cannot be had. */
export function definitions() {
  asked ??= ask("/api/definitions").catch(() => (asked = null));
  return asked;
}

/** A name in the words of the page. */
export const titleOf = (name) => TITLES[name] ?? words(name);

/** The class of colour for a value. */
export const toneOf = (value) => TONES[value] ?? "";

/** Labels whose name in the scoring is longer than the one in answers. */
const LONGER = { python: "python_support", license: "license_class" };

/** A label's name in the scoring. */
export const longName = (label) => LONGER[label] ?? label;

/** Whether a package's security deserves a mark beside its name. */
export const isWarnedOf = (security) => !["clean", "unknown", undefined].includes(security?.status);

/** Whether it is a reason not to install the package at all, or to look twice. */
export const isGravelyWarnedOf = (security) =>
  FLAGGED.includes(security?.status);

/** Whether the latest version is open to a flaw so grave that no list recommends the package. */
export const isSevere = (security) =>
  security?.status === "vulnerable" && SEVERE.includes(security.severity);

/** The scoring's definition of a label. */
export async function labelDefinition(label) {
  const known = await definitions();
  return known?.labels?.find(({ name }) => name === longName(label));
}

/** The values that a label can take, each once, in the order of its rules. */
export async function valuesOf(label) {
  const definition = await labelDefinition(label);
  return [...new Set((definition?.rules ?? []).map(({ value }) => value))];
}
