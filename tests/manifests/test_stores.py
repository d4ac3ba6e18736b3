"""The kept distributions are told the same users and rights as the servers of one machine."""

import os
import re
import sys
from pathlib import Path

import yaml
from rendering import K8S, ROOT, Overlay, outcome

from events.permissions import password_variable
from events.topology import USERS

CHART_WRITES = """
server_name: nats-0
port: 4222
http_port: 8222
jetstream {{ store_dir: "{store}" }}
include ./users.conf
"""
"""What NATS's chart makes of our values, with the file that they include."""


def test_nats_takes_the_users_that_the_chart_includes(tmp_path: Path) -> None:
    (tmp_path / "users.conf").write_text((ROOT / "deploy" / "nats" / "users.conf").read_text())
    config = tmp_path / "nats.conf"
    config.write_text(CHART_WRITES.format(store=tmp_path / "store"))
    passwords = {password_variable(user.name): "p0" for user in USERS}
    server = Path(sys.executable).with_name("nats-server")
    tried = outcome(server, "-t", "-c", config, env={**os.environ, **passwords})
    assert tried.returncode == 0, tried.stderr

    missing = passwords.copy()
    del missing["NATS_SCORER_PASSWORD"]
    refused = outcome(server, "-t", "-c", config, env={**os.environ, **missing})
    assert refused.returncode != 0, "a user without a password must not be let in"


def test_the_values_include_the_file_that_is_made_from_the_topology() -> None:
    values = yaml.safe_load((K8S / "distributions" / "nats.yaml").read_text())
    assert values["config"]["merge"] == {"$include": "users.conf"}
    assert "configMap.merge.data.users" in (K8S / "README.md").read_text()


def test_the_reading_role_has_the_same_defaults_everywhere(overlay: Overlay) -> None:
    text = (ROOT / "db" / "create_roles.sql").read_text()
    here = set(re.findall(r"^(alter role api set .*);$", text, re.MULTILINE))
    cluster = overlay.named("Cluster", "postgres")["spec"]
    made = set(cluster["bootstrap"]["initdb"]["postInitSQL"])
    assert len(here) == 3
    assert here == {statement for statement in made if statement.startswith("alter")}


def test_large_objects_are_as_closed_as_on_one_machine(overlay: Overlay) -> None:
    text = (ROOT / "db" / "create_roles.sql").read_text()
    here = re.findall(r"^((?:revoke|grant) execute .*);$", text, re.MULTILINE)
    first = overlay.named("Cluster", "postgres")["spec"]["bootstrap"]["initdb"]
    assert first["postInitApplicationSQL"] == here != []


def test_the_database_and_its_owner_are_the_ones_the_services_name(overlay: Overlay) -> None:
    first = overlay.named("Cluster", "postgres")["spec"]["bootstrap"]["initdb"]
    addresses = {
        one["value"]
        for each in overlay.workloads
        for one in each.environment
        if one["name"] == "DATABASE_URL"
    }
    assert addresses
    for address in addresses:
        role, database = re.match(r"postgresql://(\w+):.*/(\w+)$", address).groups()
        assert database == first["database"]
        assert role in {first["owner"], "api"}


def test_only_the_owners_address_leads_to_the_primary_in_production(production: Overlay) -> None:
    for each in production.workloads:
        for one in each.environment:
            if one["name"] == "DATABASE_URL":
                writes = one["value"].startswith("postgresql://scorer:")
                assert ("@postgres-rw:" in one["value"]) == writes, each.name
