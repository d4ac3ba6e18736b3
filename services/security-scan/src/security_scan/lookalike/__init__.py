"""Names that are close to a much used one: candidates, evidence, a probability."""
