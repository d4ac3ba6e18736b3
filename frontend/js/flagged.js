/** Findings that flag a package. Made from libs/domain by `make generate`. */
export const FLAGGED = ["malicious", "quarantined", "lookalike"];
/** Severities of an open flaw that keep a package out of insight lists. */
export const SEVERE = ["critical", "high"];
