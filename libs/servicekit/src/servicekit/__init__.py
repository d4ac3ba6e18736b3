"""What every service of PyPI Stats shares: broker, retry, probes, settings, logs, metrics."""
