"""The server that compose.yaml starts, as far as it can be checked without Docker."""

from pathlib import Path

import yaml

SERVICE = yaml.safe_load((Path(__file__).parents[1] / "compose.yaml").read_text())["services"]["postgres"]


def test_the_server_is_recent_and_listens_on_loopback_only() -> None:
    assert int(SERVICE["image"].removeprefix("postgres:")) >= 16
    assert all(port.startswith("127.0.0.1:") for port in SERVICE["ports"])


def test_both_databases_are_made_and_asked_for_health() -> None:
    check = " ".join(SERVICE["healthcheck"]["test"])
    assert SERVICE["environment"]["POSTGRES_DB"] == "atlas"
    assert "-d atlas" in check
    assert "-d crm_sandbox" in check
