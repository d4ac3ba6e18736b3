"""Which licence a package has, and what it asks of its users."""
