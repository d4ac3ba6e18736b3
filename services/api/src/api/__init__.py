"""The read-only HTTP API of PyPI Stats."""
