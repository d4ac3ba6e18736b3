"""Stars over time: counts that were told give the level, events of an archive give the shape."""
