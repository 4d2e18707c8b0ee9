from __future__ import annotations

from pathlib import Path

from atlas.assembly import Models
from atlas.config_file import load_run_config
from atlas.discovery.candidate import Candidate
from atlas.discovery.generated_config import AGENT_TYPE, generated_config
from atlas.discovery.record import Discovery, Part
from atlas.settings import Settings
from atlas.telemetry.tracing import Untraced


async def test_it_loads_and_needs_no_key(tmp_path: Path) -> None:
    environment = Part.of(Candidate("environment", "desk", "Desk", "static", "has reset and step"), {})
    agent = Part.of(Candidate("agent", "desk", "Clerk", "static", "has act", label='the "fast": clerk'), {})
    found = Discovery(1, "", "/p", environment, agent, {})
    path = tmp_path / "generated_config.yaml"
    path.write_text(generated_config(found))
    config = load_run_config(path)
    assert (config.agent.type, config.agent.name) == (AGENT_TYPE, 'the "fast": clerk')
    models = Models.build(config, Settings.load({}, tmp_path / ".env"), seed=0, spans=Untraced())
    assert models.student.name == 'the "fast": clerk'
    assert models.simulated
    await models.close()
