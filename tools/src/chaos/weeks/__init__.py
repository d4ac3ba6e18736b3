"""Weeks of nights on one machine, played on a clock that runs fast."""
