"""Kept answers: in this process, in Redis, and under which key and generation."""
