/** Findings that flag a package. Made from libs/domain by `make generate`. */
export const FLAGGED = ["malicious", "quarantined", "lookalike"];
