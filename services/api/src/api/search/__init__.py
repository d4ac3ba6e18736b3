"""Names as people type them, and the packages they mean."""
