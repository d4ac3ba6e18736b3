"""Which repository is a package's own."""
