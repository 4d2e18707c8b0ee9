"""Playing code: the code agent with a model that says what a test wants it to say."""

from __future__ import annotations

from pathlib import Path

from atlas.agents.code.agent import CodeAgent
from atlas.agents.code.config import CodeConfig
from atlas.core.messages import ChatRequest, Message
from atlas.core.protocols import Sandboxes, TurnInput
from atlas.core.trajectory import Step
from tests.worlds import CounterWorld, ScriptedModel, saying


def in_code(source: str) -> Message:
    """A model's message with `source` as its code."""
    return saying(f"Thought: now.\n<code>\n{source}\n</code>")


def last_error(request: ChatRequest) -> str:
    """What the newest code raised, as its agent is told."""
    return request.messages[-1].content


async def play_code(sandboxes: Sandboxes, workspace: Path | None, source: str) -> str:
    """The reply of an agent that runs `source` once; when that raises, `error:` and what it was told."""

    def script(request: ChatRequest) -> Message:
        if sum(message.role == "assistant" for message in request.messages) == 0:
            return in_code(source)
        return in_code(f"final_answer({'error: ' + last_error(request)!r})")

    world = CounterWorld({"a": {"name": "a", "value": 1}})
    world.workspace = workspace
    agent = CodeAgent(ScriptedModel(script), sandboxes, CodeConfig())
    try:
        steps: list[Step] = [step async for step in agent.act(TurnInput("orders", (), "do it"), world)]
    finally:
        await agent.close()
    return steps[-1].completion.message.content
