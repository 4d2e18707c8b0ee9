"""A model behind any endpoint that speaks OpenAI chat completions."""

from __future__ import annotations

from atlas.core.messages import ChatRequest, Completion
from atlas.models import wire
from atlas.models.http_model import HttpModel


class OpenAICompatibleModel(HttpModel):
    """A `ChatModel` over chat completions."""

    path = "/chat/completions"
    answers = "chat completion"

    async def complete(self, request: ChatRequest) -> Completion:
        """One reply. Raises a `ModelError` that says what failed and after how many tries."""
        body = wire.request_body(self._config, request, self._model)

        def read(reply: wire.WireReply, duration_s: float) -> Completion:
            return wire.completion(reply, self._config, request, duration_s)

        return await self._answer(body, wire.WireReply, read)
