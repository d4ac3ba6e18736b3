"""Prefills the cache for a new generation and switches to it."""
