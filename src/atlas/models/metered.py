"""A metered model: any model, called in one role, its usage counted and its failures attributed."""

from __future__ import annotations

from dataclasses import replace

from atlas.core.messages import ChatRequest, Completion, Meter, ModelRole
from atlas.core.protocols import ChatModel
from atlas.errors import ModelError


class MeteredModel:
    """`model` called as `role`; every completion is counted in `meter`, whatever becomes of its text."""

    def __init__(self, model: ChatModel, role: ModelRole, meter: Meter, *, seed: int | None = None) -> None:
        """`seed` goes with every request, as its sampling seed."""
        self._model, self._role, self._meter = model, role, meter
        self._seed = seed

    @property
    def name(self) -> str:
        return self._model.name

    @property
    def simulated(self) -> bool:
        return self._model.simulated

    async def complete(self, request: ChatRequest) -> Completion:
        try:
            completion = await self._model.complete(replace(request, seed=self._seed))
        except ModelError as error:
            error.role = error.role or self._role
            raise
        self._meter.add(self._role, completion.usage)
        return completion

    async def close(self) -> None:
        """Leave the model open: it is shared by the other roles and sessions."""
