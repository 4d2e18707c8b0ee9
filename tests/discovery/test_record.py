from __future__ import annotations

from pathlib import Path

import pytest

from atlas.core.json import dumps
from atlas.core.tasks import Setup
from atlas.discovery.candidate import named
from atlas.discovery.environment import DiscoveredEnvironment
from atlas.discovery.record import DISCOVERY, Discovery, Part, read_discovery
from atlas.discovery.trial import try_out
from atlas.errors import ConfigError
from tests.discovery.projects import counting


async def discovered(folder: Path) -> tuple[Path, Discovery]:
    """A project whose record is written."""
    launch = counting(folder)
    setup = Setup("2026-01-01T00:00:00+00:00", "5", {"task": "count"})
    trial = await try_out(DiscoveredEnvironment("counter", launch), setup, "count")
    environment = Part.of(named("environment", "desk:Counter"), {"start": 3})
    agent = Part.of(named("agent", "desk:Stepper"), {})
    found = Discovery.of(launch.root, environment, agent, "count", trial, ("a note",), "2026-01-01T00:00:00Z")
    write(launch.root, found)
    return launch.root, found


def write(root: Path, found: Discovery) -> None:
    (root / ".atlas").mkdir(exist_ok=True)
    (root / DISCOVERY).write_text(dumps(found.to_json()))


async def test_a_record_is_read_as_it_was_written(tmp_path: Path) -> None:
    root, found = await discovered(tmp_path)
    assert read_discovery(root) == found
    assert list(found.sources) == ["desk.py"]
    assert found.reward == {"total": 1.0, "last": 1.0, "steps": 3}
    assert found.schema["observation"] == {"left": "integer", "task": "string", "seed": "integer"}
    assert found.environment.target.kwargs == {"start": 3}


async def test_changed_sources_are_named(tmp_path: Path) -> None:
    root, _ = await discovered(tmp_path)
    (root / "desk.py").write_text("import os")
    with pytest.raises(
        ConfigError, match=r"changed since it was discovered: desk\.py; .*atlas env init .* --force"
    ):
        read_discovery(root)
    (root / "desk.py").unlink()
    with pytest.raises(ConfigError, match="changed"):
        read_discovery(root)


async def test_a_record_of_another_place(tmp_path: Path) -> None:
    root, _ = await discovered(tmp_path / "a")
    moved = root.rename(tmp_path / "b")
    with pytest.raises(ConfigError, match=r"for version 1 of the project at .*/a; "):
        read_discovery(moved)


def test_no_record_and_a_broken_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="nothing has been discovered here yet"):
        read_discovery(tmp_path)
    (tmp_path / ".atlas").mkdir()
    (tmp_path / DISCOVERY).write_text("{")
    with pytest.raises(ConfigError, match="cannot be read"):
        read_discovery(tmp_path)
