"""The player: runs a smolagents CodeAgent inside an isolated process, its model and tools at the end of a line.

Imported by the fork server before it forks, so that a task starts with smolagents and its readers of files loaded.
"""

from __future__ import annotations

import json
import random
from copy import copy
from typing import Any, Protocol

import numpy  # noqa: F401  agents compute with it, and every process shares one copy
import openpyxl  # noqa: F401
import PIL.Image  # noqa: F401
import pypdf  # noqa: F401
from smolagents import ChatMessage, CodeAgent, LogLevel, MessageRole, Model, Tool
from smolagents.agents import EMPTY_PROMPT_TEMPLATES
from smolagents.utils import BASE_BUILTIN_MODULES

from atlas.agents.code.memory import Memory
from atlas.agents.code.prompt import CLOSING, OPENING
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
    ToolShape,
    Word,
    encode,
    order_of,
)

MAX_STEPS = 1_000_000
"""The parent counts the steps; the player only must not stop before."""
MAX_TEXT = 200_000
"""Characters of an answer or an observation; what is above is cut."""

MOST_NAMES, MOST_NAME = 1_000, 200
"""Variables that are named as not restored, and characters of a name."""


class Channel(Protocol):
    """A line to the parent."""

    def send(self, message: bytes) -> None: ...

    def receive(self) -> bytes: ...


class Player:
    """What the fork server runs in every isolated process."""

    def prepare(self) -> None:
        """Play the rehearsal: what memory a turn writes to is this process's own before there is a task."""
        _READY.model = _ParentModel(_Line(_Rehearsal()))
        _READY.run("rehearse")

    def run(self, channel: Channel) -> None:
        """Play until the line is closed, which raises `EOFError`."""
        play(channel)


def play(channel: Channel) -> None:
    """Play turn after turn until the line is closed, which raises `EOFError`."""
    line = _Line(channel)
    opening = line.wait()
    assert isinstance(opening, Open), "the first order opens the player"
    # The same code gives the same numbers in every run.
    random.seed(0)
    agent = _agent(opening, line)
    memory = Memory(agent.python_executor)
    while True:
        order = line.wait()
        if isinstance(order, Rewind):
            line.say(_rewound(memory))
            continue
        assert isinstance(order, Play), "between turns there is nothing else to do"
        memory = Memory(agent.python_executor)
        line.say(_turn(agent, order.request))


class _Line:
    """Orders in, words out."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    def say(self, word: Word) -> None:
        self._channel.send(encode(word))

    def wait(self) -> Order:
        return order_of(self._channel.receive())


class _Stopped(BaseException):
    """The parent ended the turn. No `Exception`, which smolagents would take for a fault of the code's."""


class _ParentModel(Model):  # type: ignore[misc]
    """The model, at the other end of the line. The parent keeps the conversation, and is told what is new."""

    def __init__(self, line: _Line) -> None:
        super().__init__(model_id="parent")
        self._line = line

    def generate(self, messages: list[ChatMessage], *arguments: object, **options: object) -> ChatMessage:
        self._line.say(Ask(_observation(messages)))
        order = self._line.wait()
        if not isinstance(order, Said):
            raise _Stopped
        return ChatMessage(MessageRole.ASSISTANT, order.text)


class _ParentTool(Tool):  # type: ignore[misc]
    """A tool of the environment, at the other end of the line."""

    skip_forward_signature_validation = True
    output_type = "any"

    def __init__(self, shape: ToolShape, line: _Line) -> None:
        self.name, self.description = shape.name, shape.description
        self.inputs = {
            one.name: {"type": one.type, "description": one.description, "nullable": not one.required}
            for one in shape.inputs
        }
        self._line = line
        super().__init__()

    def forward(self, *given: Any, **named: Any) -> Any:
        if len(given) > len(self.inputs):
            raise TypeError(f"{self.name} takes {len(self.inputs)} arguments, not {len(given)}")
        arguments = {**dict(zip(self.inputs, given, strict=False)), **named}
        self._line.say(Call(self.name, json.dumps(arguments, default=str)))
        result = self._line.wait()
        assert isinstance(result, Result), "a call is answered with its result"
        if result.error is not None:
            raise RefusedCall(result.error)
        return result.value


class RefusedCall(Exception):
    """A tool did not do what the code asked for; the text says why."""


class _Rehearsal:
    """A line to nobody, for a turn ahead of time: in the fork server, and in every child before its task."""

    def send(self, message: bytes) -> None: ...

    def receive(self) -> bytes:
        return encode(Said(f"{OPENING}\nimport math\nprint(math.pi)\nfinal_answer(1)\n{CLOSING}"))


def _made(line: _Line) -> CodeAgent:
    return CodeAgent(
        [],
        _ParentModel(line),
        # What the model reads is written by the parent.
        prompt_templates=EMPTY_PROMPT_TEMPLATES,
        additional_authorized_imports=["*"],
        # The parent's deadline is the one that holds; smolagents' own waits for a thread that never ends.
        executor_kwargs={"timeout_seconds": None, "additional_functions": {"open": open}},
        code_block_tags=(OPENING, CLOSING),
        max_steps=MAX_STEPS,
        verbosity_level=LogLevel.OFF,
    )


def _agent(opening: Open, line: _Line) -> CodeAgent:
    """The agent that is ready, with the tools and the limits of this task."""
    _READY.model = _ParentModel(line)
    _READY.tools |= {shape.name: _ParentTool(shape, line) for shape in opening.tools}
    executor = _READY.python_executor = copy(_READY.python_executor)
    executor.state, executor.custom_tools = {"__name__": "__main__"}, {}
    executor.max_print_outputs_length = opening.max_print_chars
    executor.authorized_imports = sorted({*BASE_BUILTIN_MODULES, *opening.allowed_imports})
    return _READY


def _rewound(memory: Memory) -> Rewound:
    names = [name[:MOST_NAME] for name in memory.restore()]
    return Rewound(tuple(names[:MOST_NAMES]))


def _turn(agent: CodeAgent, request: str) -> Word:
    try:
        answer = agent.run(request, reset=True)
        text = str(answer)
    except _Stopped:
        return Done()
    except EOFError:
        raise
    except Exception as error:  # whatever the code left broken is one outcome, told apart by its sentence
        return Failed(f"{type(error).__name__}: {error}"[:MAX_TEXT])
    return Done(text[:MAX_TEXT], _observation(agent.memory.steps[-1].to_messages()))


def _observation(messages: list[ChatMessage]) -> str:
    """What the newest code printed, gave or raised: the messages since the model's own."""
    found: list[str] = []
    for message in reversed(messages):
        if message.role != MessageRole.TOOL_RESPONSE:
            break
        found.insert(0, _text(message))
    return "\n".join(found)[:MAX_TEXT]


def _text(message: ChatMessage) -> str:
    parts = message.content if isinstance(message.content, list) else [{"text": message.content}]
    return "\n".join(str(part.get("text", "")) for part in parts)


_READY = _made(_Line(_Rehearsal()))
"""An agent to start from: making one takes several milliseconds, and each process only ever needs one."""
PLAYER = Player()
PLAYER.prepare()
