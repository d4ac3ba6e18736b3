"""GitHub's REST API for repositories, with its limits."""
