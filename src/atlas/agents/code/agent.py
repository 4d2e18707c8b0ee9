"""The code agent: a model that acts by writing Python, which an isolated process runs.

The conversation, the tools and their results, the count of steps and of tokens stay on this side. The process is
told what the model said, and says which tools its code calls and what came of it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from typing import TypeVar

import msgspec

from atlas.agents.code.config import CodeConfig
from atlas.agents.code.prompt import OUT_OF_STEPS, cut, system_text
from atlas.agents.code.shapes import shapes_of
from atlas.agents.code.wire import (
    Ask,
    Call,
    Done,
    Failed,
    Open,
    Order,
    Play,
    Result,
    Rewind,
    Rewound,
    Said,
    Stop,
    encode,
    word_of,
)
from atlas.core.messages import ChatRequest, Completion, Message, Usage
from atlas.core.protection import Protection
from atlas.core.protocols import ChatModel, Sandbox, Sandboxes, Toolbox, TurnInput
from atlas.core.tools import ToolCall, ToolResult, ToolSpec
from atlas.core.trajectory import Step
from atlas.errors import SandboxCrashed, SandboxForgery, SandboxOverrun

T = TypeVar("T", Ask, Done, Rewound)

PLAYER = "atlas.agents.code.player:PLAYER"
"""What runs in the isolated process."""
MAX_CALLS_PER_STEP = 200
MAX_REFUSED_CALLS = 800
"""Calls above the limit that are answered with a refusal before the process counts as running wild."""


@dataclass(frozen=True, slots=True)
class _Ran:
    """What came of running code: the tools it called, their results, and the word that ended it."""

    calls: tuple[ToolCall, ...]
    results: tuple[ToolResult, ...]
    word: Ask | Done


class CodeAgent:
    """Plays with `model`. One step is one completion and what its code did; the last step's message is the reply.

    It holds one isolated process from the first turn on, in which the variables of earlier turns are kept, so it
    must be closed. After `max_steps` completions in a turn the model is asked once more, for a reply without code.
    """

    def __init__(self, model: ChatModel, sandboxes: Sandboxes, config: CodeConfig, *, max_steps: int = 12) -> None:
        self.name = model.name
        self.protection: Protection | None = None
        self._model, self._sandboxes, self._config, self._max_steps = model, sandboxes, config, max_steps
        self._held = AsyncExitStack()
        self._sandbox: Sandbox | None = None
        self._calls = 0
        self._midway = False

    async def act(self, turn: TurnInput, tools: Toolbox) -> AsyncIterator[Step]:
        """Handle one turn. Raises `SandboxError`, `ModelError`, `WorldError`."""
        sandbox = await self._opened(tools)
        self._midway = True
        system = self.instructions(turn.system, tools.specs)
        messages = [Message("system", system), *turn.history, Message("user", turn.request)]
        async with sandbox.clock():
            await _say(sandbox, Play(turn.request))
            # Before the model has said anything, no code of its can have called or answered.
            await _expect(sandbox, Ask)
        for _ in range(self._max_steps):
            async with sandbox.clock():
                completion = await self._complete(messages)
                await _say(sandbox, Said(completion.message.content))
                ran = await self._run(sandbox, tools)
            step = _step(completion, ran)
            yield step
            messages += step.messages()
            if isinstance(ran.word, Done):
                self._midway = False
                yield Step(Completion(Message("assistant", ran.word.answer), Usage(), completion.model))
                return
        async with sandbox.clock():
            reply = await self._last(messages, sandbox)
        self._midway = False
        yield reply

    def instructions(self, system: str, tools: Sequence[ToolSpec]) -> str:
        """How code is written and run, the tools as functions, and `system` as the standing orders."""
        return system_text(system, shapes_of(tools), self._config.allowed_imports)

    async def rewind(self) -> tuple[str, ...]:
        """Have the process go back to the variables that the last turn began with; see `Rewindable`.

        A turn that was left between two steps is stopped there. Raises `SandboxError`.
        """
        if self._sandbox is None:
            return ()
        async with self._sandbox.clock():
            if self._midway:
                await _say(self._sandbox, Stop())
                await _expect(self._sandbox, Done)
                self._midway = False
            await _say(self._sandbox, Rewind())
            return (await _expect(self._sandbox, Rewound)).not_restored

    async def close(self) -> None:
        """End the isolated process."""
        self._sandbox = None
        await self._held.aclose()

    async def _opened(self, tools: Toolbox) -> Sandbox:
        if self._midway:
            # The last turn was abandoned with code running, which cannot be taken back.
            await self.close()
        if self._sandbox is None:
            self._sandbox = await self._held.enter_async_context(self._sandboxes.open(tools.workspace))
            self.protection, self._midway = self._sandbox.protection, False
            config = self._config
            opening = Open(shapes_of(tools.specs), config.allowed_imports, config.max_print_chars)
            async with self._sandbox.clock():
                await _say(self._sandbox, opening)
        return self._sandbox

    async def _complete(self, messages: list[Message]) -> Completion:
        completion = await self._model.complete(ChatRequest(tuple(messages)))
        # Without tools there is nothing to call but through code.
        message = Message("assistant", cut(completion.message.content))
        return replace(completion, message=message)

    async def _run(self, sandbox: Sandbox, tools: Toolbox) -> _Ran:
        """Serve the running code's tool calls until it is done with."""
        calls: list[ToolCall] = []
        results: list[ToolResult] = []
        refused = 0
        while True:
            word = await _hear(sandbox)
            if isinstance(word, Ask | Done):
                return _Ran(tuple(calls), tuple(results), word)
            if isinstance(word, Rewound):
                raise SandboxForgery("the agent's process sent Rewound while code was running")
            if len(calls) < MAX_CALLS_PER_STEP:
                self._calls += 1
                calls.append(ToolCall(f"code-{self._calls}", word.name, word.arguments))
                results.append(await tools.call(calls[-1]))
                await _say(sandbox, Result(results[-1].value, results[-1].error))
            elif (refused := refused + 1) > MAX_REFUSED_CALLS:
                raise SandboxOverrun(f"one step's code made over {MAX_CALLS_PER_STEP + refused - 1} tool calls")
            else:
                refusal = f"At most {MAX_CALLS_PER_STEP} tool calls fit in one step; this one was not made."
                await _say(sandbox, Result(error=refusal))

    async def _last(self, messages: list[Message], sandbox: Sandbox) -> Step:
        """The reply after the steps are spent: plain words, with no code behind them."""
        told = replace(messages[-1], content=f"{messages[-1].content}\n\n{OUT_OF_STEPS}")
        completion = await self._model.complete(ChatRequest((*messages[:-1], told)))
        await _say(sandbox, Stop())
        await _expect(sandbox, Done)
        return Step(replace(completion, message=Message("assistant", completion.message.content)))


def _step(completion: Completion, ran: _Ran) -> Step:
    message = replace(completion.message, tool_calls=ran.calls)
    return Step(replace(completion, message=message), ran.results, ran.word.observation)


async def _expect(sandbox: Sandbox, kind: type[T]) -> T:
    """Hear the one word that can be due, whatever it says. Nothing else is acted on."""
    word = await _hear(sandbox)
    if not isinstance(word, kind):
        sent, due = type(word).__name__, kind.__name__
        raise SandboxForgery(f"the agent's process sent {sent} where only {due} can be due")
    return word


async def _say(sandbox: Sandbox, order: Order) -> None:
    await sandbox.send(encode(order))


async def _hear(sandbox: Sandbox) -> Ask | Call | Done | Rewound:
    message = await sandbox.receive()
    try:
        word = word_of(message)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise SandboxForgery(f"the agent's process sent what is no message: {error}") from error
    if isinstance(word, Failed):
        raise SandboxCrashed(f"the agent's process cannot go on: {word.reason}")
    return word
