"""The whole of PyPI Stats on one machine, without containers."""
