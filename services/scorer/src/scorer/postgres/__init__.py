"""Connections, COPY and JSON as PostgreSQL takes them."""
