"""A model behind plain completions: the conversation is sent as one text, which the reply continues."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import msgspec

from atlas.core.json import JsonObject
from atlas.core.messages import ChatRequest, Completion, Message, PlainText
from atlas.core.tools import ToolSpec
from atlas.errors import ModelDenied, TemplateError
from atlas.models import wire
from atlas.models.config import LLMConfig
from atlas.models.http_model import HttpModel
from atlas.models.retry import Sleep


@dataclass(frozen=True, slots=True)
class MarkedCall:
    """A tool call as it was found in a reply's text: the name, and the arguments as the model wrote them."""

    name: str
    arguments: str


class Transcript(Protocol):
    """How a conversation is written as a text, and tool calls are read from one."""

    @property
    def stops(self) -> tuple[str, ...]:
        """The texts at which a reply ends."""

    def prompt(self, messages: Sequence[Message], tools: Sequence[ToolSpec]) -> str:
        """The text that a reply continues. Raises `TemplateError` for a conversation that has none."""

    def reply(self, text: str) -> tuple[str, tuple[MarkedCall, ...]]:
        """What was said, and the tool calls that were made in it."""


class _Choice(msgspec.Struct):
    text: str
    finish_reason: str | None = None


class _Reply(wire.WireAnswer):
    choices: list[_Choice] | None = None


class PlainModel(HttpModel):
    """A `ChatModel` over `/completions`. Each completion says what was sent and what came back, word for word.

    The endpoint knows of no tools and no form: a forced call, or one JSON object, is nothing that can be asked for.
    """

    path = "/completions"
    answers = "completion"

    def __init__(
        self,
        config: LLMConfig,
        api_key: str | None,
        transcript: Transcript,
        *,
        clock: Callable[[], float] = time.perf_counter,
        sleep: Sleep | None = None,
        rng: random.Random | None = None,
    ) -> None:
        super().__init__(config, api_key, clock=clock, sleep=sleep, rng=rng)
        self._transcript = transcript

    async def complete(self, request: ChatRequest) -> Completion:
        """One reply. Raises a `ModelError`, `ModelDenied` for a conversation that the template does not write."""
        try:
            prompt = self._transcript.prompt(request.messages, request.tools)
        except TemplateError as error:
            raise ModelDenied(str(error), model=self.name) from error

        def read(reply: _Reply, duration_s: float) -> Completion:
            return self._completion(reply, request, prompt, duration_s)

        return await self._answer(self._body(request, prompt), _Reply, read)

    def _body(self, request: ChatRequest, prompt: str) -> JsonObject:
        asked = request.temperature if request.temperature is not None else self._config.temperature
        body = {
            "model": self._model,
            "prompt": prompt,
            "max_tokens": self._config.max_output_tokens,
            "temperature": asked,
            "top_p": self._config.top_p,
            "seed": request.seed,
            "stop": list(self._transcript.stops) or None,
            # The template writes what begins a text; servers that know the key would add it a second time.
            "add_special_tokens": False,
        }
        return {key: value for key, value in body.items() if value is not None}

    def _completion(self, reply: _Reply, request: ChatRequest, prompt: str, duration_s: float) -> Completion:
        if not reply.choices:
            raise ValueError(wire.no_answer(reply))
        choice = reply.choices[0]
        text = self._without_stop(wire.sound(choice.text))
        said, marked = self._transcript.reply(text) if request.tools else (text, ())
        named = [wire.WireToolCall(wire.WireFunction(each.name, each.arguments)) for each in marked]
        calls = wire.tool_calls(named, request.messages)
        return Completion(
            Message("assistant", said, calls),
            wire.usage_of(reply, self._config),
            reply.model or self._config.model,
            wire.finish_reason(choice.finish_reason, bool(calls)),
            duration_s,
            PlainText(prompt, text),
        )

    def _without_stop(self, text: str) -> str:
        """Some servers leave the stop token at the end, where it is no part of what was said."""
        found = next((stop for stop in self._transcript.stops if text.endswith(stop)), "")
        return text.removesuffix(found)
