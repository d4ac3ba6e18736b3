"""Makes data sets: an invented one from a seed, or one around a real file of daily counts."""
