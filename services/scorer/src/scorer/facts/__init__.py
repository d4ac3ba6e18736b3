"""Facts of packages, repositories and security, and the finish of runs of them."""
