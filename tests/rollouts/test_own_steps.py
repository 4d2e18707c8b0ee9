"""Own steps and exchanges: what a model was sent and said, without what its agent put down."""

from __future__ import annotations

from dataclasses import replace

from atlas.core.group import Exchange
from atlas.core.messages import PlainText, Usage
from atlas.core.state import StateDiff
from atlas.core.trajectory import Step, Trajectory, Turn
from atlas.rollouts.own_steps import exchanges
from tests.rollouts.sessions import TASK, step


def plainly(made: Step, prompt: str, text: str) -> Step:
    return replace(made, completion=replace(made.completion, plain=PlainText(prompt, text)))


def trajectory(*steps: Step) -> Trajectory:
    return Trajectory(TASK.task_id, "m", (Turn(1, "r", steps, "Done.", StateDiff()),), StateDiff())


def test_a_call_is_kept_with_its_markup_and_a_reply_as_it_came() -> None:
    steps = (plainly(step("a"), "P1", "Now.<tool_call>..."), plainly(step(), "P2", "Done."))
    assert exchanges(trajectory(*steps)) == (
        Exchange("P1", "Now.<tool_call>...", stopped=True),
        Exchange("P2", "Done.", stopped=True),
    )


def test_of_code_what_the_agent_cut_off_was_not_said_and_what_it_put_down_neither() -> None:
    code = plainly(step("read_file"), "P1", "<code>x</code>\nObservation: made up")
    said = replace(code.completion, message=replace(code.completion.message, content="<code>x</code>"))
    ran = replace(code, completion=said, observation="1")
    put_down = replace(step(), completion=replace(step().completion, usage=Usage()))
    assert exchanges(trajectory(ran, put_down)) == (Exchange("P1", "<code>x</code>", stopped=False),)


def test_a_reply_that_was_cut_off_did_not_stop() -> None:
    long = plainly(step(), "P", "and so on")
    long = replace(long, completion=replace(long.completion, finish_reason="length"))
    assert exchanges(trajectory(long)) == (Exchange("P", "and so on", stopped=False),)


def test_a_chat_has_none() -> None:
    assert exchanges(trajectory(step("a"), step())) == ()
