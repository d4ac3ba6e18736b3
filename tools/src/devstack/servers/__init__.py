"""PostgreSQL, NATS and Valkey from wheels, and one of them alone for tests."""
