"""What a person runs: up, down, backup, and what they see meanwhile."""
