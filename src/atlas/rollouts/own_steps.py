"""A model's own steps: those with a model call behind them."""

from __future__ import annotations

from itertools import pairwise

from atlas.core.group import Exchange
from atlas.core.messages import Message, PlainText
from atlas.core.trajectory import Step, Trajectory, Turn


def own_steps(turn: Turn) -> tuple[Step, ...]:
    """The steps of a turn that the model made.

    When code gives the final answer, the reply that follows is put down by the agent: no model said it.
    """
    return (*turn.steps[:1], *(step for before, step in pairwise(turn.steps) if not _put_down(before, step)))


def own_message(step: Step) -> Message:
    """What the model wrote: for code the text alone, since the calls are its code's."""
    message = step.completion.message
    return message if step.observation is None else Message("assistant", message.content)


def exchanges(trajectory: Trajectory) -> tuple[Exchange, ...]:
    """The plain completions behind a trajectory, in order; none where its model was asked otherwise.

    Of a reply with code an agent may go on with the beginning alone, and that is all that counts as said.
    """
    steps = [step for turn in trajectory.turns for step in own_steps(turn)]
    return tuple(_exchange(step, step.completion.plain) for step in steps if step.completion.plain is not None)


def _exchange(step: Step, plain: PlainText) -> Exchange:
    kept = plain.text if step.observation is None else step.completion.message.content
    ended = step.completion.finish_reason in ("stop", "tool_calls")
    return Exchange(plain.prompt, kept, stopped=ended and kept == plain.text)


def _put_down(before: Step, step: Step) -> bool:
    return before.observation is not None and step.is_reply and step.completion.usage.calls == 0
