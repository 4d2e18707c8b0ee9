"""The block `agent`: every type, and only the keys that act for it."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from atlas.agents.config import AgentConfig


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        ({"type": "crm_harness"}, "chat"),
        ({"type": "litellm"}, "chat"),
        ({"type": "openai"}, "chat"),
        ({"type": "http_api", "transport": {"base_url": "http://127.0.0.1:1/x"}}, "http_api"),
        ({"type": "python", "import_path": "my.agents"}, "python"),
        ({"type": "smolagents", "code": {"allowed_imports": ["json"]}}, "code"),
        ({"type": "my.agents:Careful", "parameters": {"patience": 3}}, "own"),
    ],
)
def test_types(given: dict[str, object], kind: str) -> None:
    assert AgentConfig.model_validate(given).kind == kind


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"type": "crm"}, "there is no agent type 'crm'; there are crm_harness"),
        ({"type": "a b:c"}, "there is no agent type"),
        ({"type": "http_api"}, "needs transport.base_url"),
        ({"type": "python"}, "needs import_path"),
        ({"type": "crm_harness", "import_path": "x"}, "import_path does nothing for an agent of type crm_harness"),
        ({"type": "python", "import_path": "x", "parameters": {}}, "parameters does nothing"),
        ({"type": "http_api", "transport": {"base_url": "ftp://x"}}, "base_url"),
        ({"type": "litellm", "code": {}}, "code does nothing for an agent of type litellm"),
        ({"type": "smolagents", "parameters": {}}, "parameters does nothing"),
    ],
)
def test_what_does_not_act_is_refused(given: dict[str, object], reason: str) -> None:
    with pytest.raises(ValidationError, match=reason):
        AgentConfig.model_validate(given)
