"""Package facts from PyPI and repository facts from GitHub, published as events."""
