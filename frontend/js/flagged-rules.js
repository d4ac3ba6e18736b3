/** What is found, and what follows. Made from libs/domain by `make generate`. */
export const RULES = [
  [
    "Malicious, quarantined by PyPI, or a look-alike",
    "In no leaderboard, list, feed or card, and without rank, labels or badges of praise. Search finds it, and its page opens with the warning."
  ],
  [
    "The latest version has an open flaw of critical or high severity",
    "In no insight list, feed or card. Kept in the leaderboard with a red mark, and in search; its page opens with a red warning."
  ],
  [
    "The latest version has an open flaw of lower or unknown severity",
    "In all lists, with a mark; its page opens with a warning."
  ],
  [
    "Earlier versions were malicious, the latest is not",
    "In all lists; its page opens with a warning that names those versions."
  ]
];
