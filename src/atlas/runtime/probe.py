"""The capability probe: a model that picks the mode of a session from what is known about the student."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Annotated, Literal

import msgspec

from atlas.core.history import History, PastSession
from atlas.core.json import JsonObject
from atlas.core.playbook import Lessons
from atlas.core.protocols import ChatModel, LearningHistory
from atlas.core.session import Failure, Mode, Probing
from atlas.core.tasks import Brief
from atlas.errors import ModelError, ModelTimeout
from atlas.runtime.asking import ask, instructions
from atlas.runtime.config import AdaptiveTeachingConfig, ProbeThresholds
from atlas.runtime.modes import ModeChoice

_PROMPT = instructions("probe")


class _Pick(msgspec.Struct, forbid_unknown_fields=True):
    mode: Literal["auto", "paired", "coach"]
    confidence: Annotated[float, msgspec.Meta(ge=0, le=1)]
    rationale: str


class CapabilityProbe:
    """Implements `ModeChooser`. A probe that fails costs nothing but its opinion: the mode is the fallback then."""

    def __init__(
        self, model: ChatModel, history: LearningHistory, config: AdaptiveTeachingConfig, *, simulated: bool
    ) -> None:
        """`simulated` says whether the session is: only past sessions of its own kind count as evidence."""
        self._model, self._history = model, history
        self._config, self._simulated = config, simulated

    async def choose(self, brief: Brief, lessons: Lessons) -> ModeChoice:
        """The mode that the evidence speaks for, `paired` where there is none. Raises `StorageError`."""
        history = await self._history.of(
            lessons.key, self._config.learning_history_limit, simulated=self._simulated
        )
        known = Probing(history, lessons.version, len(lessons.matched))
        if history.sessions == 0:
            return ModeChoice("paired", "no_learning_history", known)
        try:
            pick = await self._ask(brief, known)
        except ModelError as error:
            failure = Failure(error.boundary, type(error).__name__, str(error))
            return self._fallback("probe_failed", replace(known, failure=failure))
        told = replace(known, picked=pick.mode, confidence=pick.confidence, rationale=pick.rationale)
        mode = supported(pick.mode, pick.confidence, self._config.probe.thresholds)
        if mode is None:
            return self._fallback("probe_unsure", told)
        return ModeChoice(mode, "probe" if mode == pick.mode else "probe_confidence", told)

    def _fallback(self, reason: str, probing: Probing) -> ModeChoice:
        return ModeChoice(self._config.probe.fallback_mode, reason, probing)

    async def _ask(self, brief: Brief, known: Probing) -> _Pick:
        asked = question(brief, known, self._config.probe.evidence_limit)
        limit_s = self._config.probe.timeout_seconds
        try:
            async with asyncio.timeout(limit_s):
                return await ask(self._model, "probe", _PROMPT, asked, _Pick)
        except TimeoutError as error:
            cause = f"no answer within {limit_s:g} s, retries included"
            raise ModelTimeout(cause, model=self._model.name, role="probe") from error


def supported(mode: Mode, confidence: float, thresholds: ProbeThresholds) -> Mode | None:
    """`mode`, or the next more supervised one whose threshold the confidence reaches; None below all of them."""
    steps: tuple[tuple[Mode, float], ...] = (
        ("auto", thresholds.auto),
        ("paired", thresholds.paired),
        ("coach", thresholds.coach),
    )
    first = next(place for place, (step, _) in enumerate(steps) if step == mode)
    return next((step for step, least in steps[first:] if confidence >= least), None)


def question(brief: Brief, known: Probing, evidence_limit: int) -> JsonObject:
    """What the probe is asked: the task, and what is known of sessions like it. Past sessions are oldest first."""
    return {
        "ask": "probe",
        "task": {"instructions": brief.instructions, "turns": list(brief.turns)},
        "history": _history(known.history, evidence_limit),
        "playbook": {"version": known.playbook_version, "cue_hits": known.cue_hits},
    }


def _history(history: History, evidence_limit: int) -> JsonObject:
    return {
        "sessions": history.sessions,
        "average_reward": history.average_reward,
        "recent_average_reward": history.recent_average,
        "high_reward_streak": history.high_streak,
        "low_reward_streak": history.low_streak,
        "recent": [_past(past) for past in history.recent[-evidence_limit:]],
    }


def _past(past: PastSession) -> JsonObject:
    return {"mode": past.mode, "reward": past.reward, "success": past.success}
