"""One's own agents, as the page on them shows them."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from atlas.config_file import load_run_config
from atlas.core.messages import Meter
from atlas.core.protocols import Confined, TurnInput
from atlas.core.tasks import Setup
from atlas.environments.crm.environment import CrmEnvironment
from atlas.settings import AgentBlock, Settings
from atlas.student import build_student
from atlas.telemetry.tracing import Untraced
from tests.model_server import ModelServer, Reply

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs/add-an-agent.md").read_text()
CODE = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
BLOCKS = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
EMPTY = Setup("2026-03-02T09:00:00+00:00", "1")
REPLIES = ["The CRM says: []", "Known: []"]


@pytest.mark.parametrize("number", [0, 1], ids=["function", "class"])
async def test_the_agents_of_the_page_act(number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.delitem(sys.modules, "my_agent", raising=False)
    (tmp_path / "my_agent.py").write_text(CODE[number])
    block = yaml.safe_load(BLOCKS[number])["agent"] | {"working_directory": tmp_path}
    config = load_run_config(ROOT / "configs/atlas/crm_harness.yaml")
    config = config.model_copy(update={"agent": AgentBlock.model_validate(block)})
    student = build_student(config, Settings.load({}, tmp_path / ".env"), 1, Untraced())
    async with CrmEnvironment.memory().open(EMPTY) as world:
        turn = TurnInput("You work in a CRM.", (), "Acme Corporation")
        steps = [step async for step in student.agent(Meter(), 0).act(turn, world)]
    assert [result.value for step in steps for result in step.results] == [[]]
    assert steps[-1].completion.message.content == REPLIES[number]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="NO SANDBOX HERE: it takes Linux")
async def test_a_code_agent_plays_the_crm_through_its_tools(tmp_path: Path) -> None:
    def says(body: dict[str, Any]) -> Reply:
        return Reply("<code>\nfinal_answer(client_search(name='Nobody'))\n</code>")

    with ModelServer(says) as server:
        llm = {"provider": "openai-compatible", "model": "m", "api_base": server.url, "api_key_env": None}
        block = {"type": "smolagents", "llm": llm, "sandbox": {"process_timeout": 30}, "code": {}}
        config = load_run_config(ROOT / "configs/atlas/crm_harness.yaml")
        config = config.model_copy(update={"agent": AgentBlock.model_validate(block)})
        student = build_student(config, Settings.load({}, tmp_path / ".env"), 1, Untraced())
        meter = Meter()
        agent = student.agent(meter, 0)
        async with CrmEnvironment.memory().open(EMPTY) as world:
            steps = [step async for step in agent.act(TurnInput("You work in a CRM.", (), "Who?"), world)]
        assert isinstance(agent, Confined)
        assert agent.protection is not None
        await agent.close()
        await student.close()
    assert [call.name for call in steps[0].completion.message.tool_calls] == ["client_search"]
    assert steps[0].results[0].value == []
    assert steps[-1].completion.message.content == "[]"
    assert meter.spent()["student"].calls == 1
    assert "def client_search(" in server.requests[0]["messages"][0]["content"]


def test_a_code_agent_needs_a_model() -> None:
    with pytest.raises(ValidationError, match="an agent of type smolagents needs llm"):
        AgentBlock.model_validate({"type": "smolagents"})
    with pytest.raises(ValidationError, match="sandbox does nothing for an agent of type python"):
        AgentBlock.model_validate({"type": "python", "import_path": "x", "sandbox": {}})
