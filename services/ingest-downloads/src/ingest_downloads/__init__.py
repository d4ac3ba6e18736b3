"""Download counts from ClickHouse or BigQuery, published as events."""
