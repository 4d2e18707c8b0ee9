"""The generated config: the run config that discovery writes for a project, sound and offline as it stands."""

from __future__ import annotations

import json

from atlas.discovery.record import Discovery

AGENT_TYPE = "atlas.discovery.driver:ProjectAgent"

_TEXT = """\
# Written by `atlas env init` for {environment} and {agent}.
#   atlas run --path . --task "..."
# plays that pair under this config. Teacher, judges and synthesizer are scripted stand-ins, so it needs no key;
# name real models in their llm blocks to be supervised and taught by them, for example:
#   llm: {{provider: openai, model: gpt-4.1, api_key_env: OPENAI_API_KEY}}
agent:
  type: {type}
  name: {name}
  parameters: {{name: {name}, max_steps: 256}}

teacher:
  llm: {{provider: offline, model: offline/teacher}}

orchestration:
  forced_mode: paired
  max_retries: 1

rim:
  small_model: {{provider: offline, model: offline/judge}}
  large_model: {{provider: offline, model: offline/arbiter}}

learning:
  enabled: true
  llm: {{provider: offline, model: offline/synthesizer}}
"""


def generated_config(found: Discovery) -> str:
    """The text of `.atlas/generated_config.yaml`."""
    return _TEXT.format(
        type=AGENT_TYPE,
        name=json.dumps(found.agent.label),
        environment=found.environment.spelled,
        agent=found.agent.spelled,
    )
