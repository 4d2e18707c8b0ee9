"""The reasoning judge: a model's grade of how a trajectory got to its answer, not of whether that is right."""

from __future__ import annotations

from collections.abc import Sequence

from atlas.core.json import JsonObject, JsonValue, dumps
from atlas.core.protocols import ChatModel
from atlas.core.tasks import Brief
from atlas.core.trajectory import Step, Trajectory, Turn
from atlas.core.transcript import calls_of_step
from atlas.core.verdicts import PanelVerdict
from atlas.verify.judge import Judge
from atlas.verify.panel import panel_verdict

MOST_CHARACTERS = 4_000
"""Of one text that the judge is shown; a file that was printed whole says nothing more about the reasoning."""


class ReasoningJudge:
    """One sample of `model` at temperature 0, as a panel of one.

    The model reads a JSON object, so that no text of the trajectory can end where it stands and go on as another.
    """

    version = "1"

    def __init__(self, model: ChatModel) -> None:
        self.name = model.name
        self._judge = Judge(model, "tier1", 0.0, "reasoning")

    async def judge(self, brief: Brief, trajectory: Trajectory, guidance: Sequence[str]) -> PanelVerdict:
        """What the judge says; without a usable answer the score is None, and the audit says why.

        Guidance is not shown: who had less of it would be graded on another scale.
        """
        opinion = await self._judge.ask(reasoning_question(brief, trajectory))
        return panel_verdict((opinion.judgement,) if opinion.judgement else (), (opinion,))


def reasoning_question(brief: Brief, trajectory: Trajectory) -> JsonObject:
    """What the judge is asked: every step as the assistant wrote it and what came of it, nothing of a target."""
    return {
        "ask": "reasoning",
        "instructions": brief.instructions,
        "turns": [_told(turn) for turn in trajectory.turns],
    }


def _told(turn: Turn) -> JsonObject:
    steps = [_step(step) for step in turn.steps if not step.is_reply]
    return {"request": turn.request, "steps": steps, "reply": _cut(turn.reply), "end": turn.end}


def _step(step: Step) -> JsonObject:
    """Of code the judge sees what the assistant saw: the code and what was observed, not the calls it made."""
    wrote = _cut(step.completion.message.content)
    if step.observation is not None:
        return {"wrote": wrote, "observed": _cut(step.observation)}
    calls = [{key: _short(value) for key, value in call.items()} for call in calls_of_step(step)]
    return {"wrote": wrote, "calls": calls}


def _short(value: JsonValue) -> JsonValue:
    """The value itself, or the beginning of it as JSON text where that is long."""
    text = dumps(value)
    return value if len(text) <= MOST_CHARACTERS else _cut(text)


def _cut(text: str) -> str:
    if len(text) <= MOST_CHARACTERS:
        return text
    return f"{text[:MOST_CHARACTERS]}... (cut, {len(text)} characters in all)"
