"""Vulnerable, malicious and look-alike packages, published as findings."""
