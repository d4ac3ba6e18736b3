/** What a package's page warns of. Made from libs/domain by `make generate`. */
export const BY_SECURITY = {
  "malicious": {
    "title": "Malicious: do not install this package",
    "text": "Known malware. If you have installed it, treat the machine and its secrets as exposed."
  },
  "quarantined": {
    "title": "Quarantined by PyPI",
    "text": "PyPI has taken its files out of reach while they are examined."
  },
  "lookalike": {
    "title": "The name is close to another package's",
    "text": "Check that you meant it. A likeness is a reason to look twice, not a verdict."
  },
  "severe": {
    "title": "The latest version has a severe flaw",
    "text": "See the advisories below, and whether a fixed version exists."
  },
  "vulnerable": {
    "title": "The latest version has known flaws",
    "text": "See the advisories below, and whether a fixed version exists."
  },
  "hijacked": {
    "title": "Earlier versions were malicious",
    "text": "The latest version is not among them. Check which one you have installed."
  }
};
export const BY_PROJECT_STATUS = {
  "gone": {
    "title": "No longer on PyPI",
    "text": "What is shown was last seen before it was removed."
  },
  "quarantined": {
    "title": "Quarantined by PyPI",
    "text": "PyPI has taken its files out of reach while they are examined."
  },
  "archived": {
    "title": "Archived by its owners",
    "text": "No new releases are to be expected."
  },
  "deprecated": {
    "title": "Deprecated by its owners",
    "text": "No new releases are to be expected."
  }
};
/** What is warned of in the colour of danger. */
export const GRAVE = ["malicious", "quarantined", "severe"];
