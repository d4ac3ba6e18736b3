"""GitHub's answers: asked for within the limits, read, and turned into facts of a repository."""
