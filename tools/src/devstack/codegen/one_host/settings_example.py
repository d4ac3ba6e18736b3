"""The example of `settings.env`: what an operator sets, the same in both forms of one host."""

from devstack.codegen.one_host.parts import operator_values

HERE = {
    "TRUSTED_PROXIES": "Addresses of the reverse proxy, as CIDR, separated by commas: whose "
    "X-Forwarded-For is believed. Empty: every visitor counts as one, the proxy.",
    "OTEL_ENDPOINT": "Collector of traces, OTLP over HTTP, as http://collector:4318. Empty: no "
    "traces, and no cost.",
    "BIGQUERY_PROJECT": "With bigquery: the Google Cloud project that pays.",
    "PUBLIC_URL": "The address visitors type; feeds and the site map lead there.",
}
"""What one host calls otherwise than a cluster."""


def settings_example() -> str:
    """Return the example of what an operator sets, the same for both forms of one host."""
    lines = [
        "# Made by `make generate` from deploy/k8s/overlays/production/values.env. Copy it to",
        "# settings.env and change what is yours; no secret belongs here.",
    ]
    for name, example, comment in operator_values():
        lines += ["", f"# {HERE.get(name, comment)}", f"{name}={example}"]
    return "\n".join(lines) + "\n"
