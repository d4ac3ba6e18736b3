"""HTTP around every answer: the caching middleware, rate limits, errors, tracing."""
