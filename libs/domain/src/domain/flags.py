"""Which findings flag a package: it stands in no list, and every page about it warns first."""

FLAGGED = ("malicious", "quarantined", "lookalike")
"""Statuses of `security.status`, the gravest first. The view `package_list` marks the same ones."""
