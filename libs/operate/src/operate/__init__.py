"""The operator's commands: runs asked for and decided, dead letters replayed, history filled."""
