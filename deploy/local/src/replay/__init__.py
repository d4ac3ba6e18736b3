"""Plays ClickHouse, BigQuery, PyPI, GitHub and OSV over their own wire protocols from a data set folder."""
