"""BigQuery's REST protocol over DuckDB, with an honest meter."""
