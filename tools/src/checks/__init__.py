"""What `make lint` asks of the whole checkout: no secret in it, no unsafe dependency."""
