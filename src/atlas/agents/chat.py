"""The chat agent: a model with native tool calling, asked again until it answers without a call."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Literal

from atlas.agents.calls import run_calls
from atlas.core.messages import ChatRequest, Message
from atlas.core.protocols import ChatModel, Toolbox, TurnInput
from atlas.core.trajectory import Step


class ChatAgent:
    """Plays with `model`. One step is one completion and the tool calls it asked for, run in order."""

    def __init__(
        self,
        model: ChatModel,
        *,
        max_steps: int = 12,
        tool_choice: Literal["auto", "required"] = "auto",
    ) -> None:
        """`max_steps` bounds the completions of one turn."""
        self.name = model.name
        self._model = model
        self._max_steps, self._tool_choice = max_steps, tool_choice

    async def act(self, turn: TurnInput, tools: Toolbox) -> AsyncIterator[Step]:
        messages = [Message("system", turn.system), *turn.history, Message("user", turn.request)]
        for number in range(self._max_steps):
            # A forced call on every step could never end in a reply, so only the first one is forced.
            choice = self._tool_choice if number == 0 else "auto"
            completion = await self._model.complete(ChatRequest(tuple(messages), tools.specs, choice))
            step = Step(completion, await run_calls(completion.message.tool_calls, tools))
            yield step
            if not completion.message.tool_calls:
                return
            messages += step.messages()
