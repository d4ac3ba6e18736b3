"""PyPI's documents: asked for, read, and turned into facts of a package."""
