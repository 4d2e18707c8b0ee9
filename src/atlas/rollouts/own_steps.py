"""A model's own steps: those with a model call behind them."""

from __future__ import annotations

from itertools import pairwise

from atlas.core.messages import Message
from atlas.core.trajectory import Step, Turn


def own_steps(turn: Turn) -> tuple[Step, ...]:
    """The steps of a turn that the model made.

    When code gives the final answer, the reply that follows is put down by the agent: no model said it.
    """
    return (*turn.steps[:1], *(step for before, step in pairwise(turn.steps) if not _put_down(before, step)))


def own_message(step: Step) -> Message:
    """What the model wrote: for code the text alone, since the calls are its code's."""
    message = step.completion.message
    return message if step.observation is None else Message("assistant", message.content)


def _put_down(before: Step, step: Step) -> bool:
    return before.observation is not None and step.is_reply and step.completion.usage.calls == 0
