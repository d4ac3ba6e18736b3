"""A run from its first batch to its announcement: inbox, gates, deadlines, finishing, outbox."""
