"""Turns events into PostgreSQL: facts, scores, labels and the read model."""
