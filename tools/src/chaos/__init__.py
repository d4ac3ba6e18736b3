"""One trouble after another under a running night, and what must be true afterwards."""
