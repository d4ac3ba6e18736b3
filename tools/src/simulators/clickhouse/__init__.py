"""ClickHouse's HTTP protocol over the embedded engine, with the public `pypi` database."""
