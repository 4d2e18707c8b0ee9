"""The code agent's system text: smolagents' own, filled in here, so that nothing of it comes out of the sandbox."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import yaml
from jinja2 import StrictUndefined, Template

from atlas.agents.code.shapes import signature
from atlas.agents.code.wire import Input, ToolShape
from atlas.errors import ConfigError

OPENING, CLOSING = "<code>", "</code>"
"""What code stands between in a model's message."""
OUT_OF_STEPS = "No steps are left, so no more code is run. Answer the request now, in plain words."
_CHILD = (
    "Your code runs in an isolated process: no network, no other programs, files only in its current directory. "
    "Variables are kept from one step to the next."
)
_FINAL_ANSWER = ToolShape(
    "final_answer",
    "Gives the final answer to the request and ends your work on it.",
    (Input("answer", "any", "The final answer.", required=True),),
)


def system_text(orders: str, tools: Sequence[ToolShape], allowed_imports: Sequence[str]) -> str:
    """How code is written and run, the tools as functions, and the standing `orders`. Raises `ConfigError`."""
    anything = "*" in allowed_imports
    return _template().render(
        tools={tool.name: _Told(tool) for tool in (*tools, _FINAL_ANSWER)},
        managed_agents={},
        authorized_imports=(
            "You can import from any package you want." if anything else str(sorted(allowed_imports))
        ),
        custom_instructions=f"{_CHILD}\n\n{orders}",
        code_block_opening_tag=OPENING,
        code_block_closing_tag=CLOSING,
    )


def cut(text: str) -> str:
    """A model's message up to the end of its first code; what it made up about the outcome is dropped."""
    code, closing, _ = text.partition(CLOSING)
    return code + closing if closing else text.partition("\nObservation:")[0]


@dataclass(frozen=True, slots=True)
class _Told:
    """A tool as smolagents' template asks for it."""

    shape: ToolShape

    def to_code_prompt(self) -> str:
        return signature(self.shape)


@cache
def _template() -> Template:
    # The package itself takes a second to import, which only the fork server needs to spend.
    found = find_spec("smolagents")
    if found is None or found.origin is None:
        raise ConfigError("a code agent needs smolagents: pip install 'atlas[code]'")
    path = Path(found.origin).parent / "prompts" / "code_agent.yaml"
    # Rendered for a model, never for a browser.
    made: Template = Template(yaml.safe_load(path.read_text())["system_prompt"], undefined=StrictUndefined)
    return made
