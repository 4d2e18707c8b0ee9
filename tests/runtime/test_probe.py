"""The capability probe: what it is asked, what follows from its answer, and what happens without one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from atlas.core.history import History, PastSession
from atlas.core.json import dumps, loads_object
from atlas.core.messages import ChatRequest, Completion, Message
from atlas.core.playbook import EntryId, LearningKey, Lessons
from atlas.core.protocols import ChatModel
from atlas.core.session import Mode
from atlas.core.tasks import Brief, TaskId
from atlas.errors import StorageError
from atlas.runtime.config import AdaptiveTeachingConfig, ProbeConfig, ProbeThresholds
from atlas.runtime.modes import ModeChoice
from atlas.runtime.probe import CapabilityProbe, supported
from tests.worlds import ScriptedModel, failing, saying

BRIEF = Brief(TaskId("t"), "counters", "adding", "Count.", ("add 2 to a", "what is a?"))
LESSONS = Lessons(LearningKey("k"), 3, "- ...", "", (EntryId("e1"),), (EntryId("e2"),))
PAST = History(12, 0.7, tuple(PastSession(reward / 10, reward > 7, "paired") for reward in (3, 9, 8, 10)))


@dataclass
class Histories:
    """A history for one key; remembers how it was asked for."""

    history: History = PAST
    asked: list[tuple[str, int, bool]] = field(default_factory=list)

    async def of(self, key: LearningKey, limit: int, *, simulated: bool) -> History:
        self.asked.append((key, limit, simulated))
        return self.history


def pick(mode: str, confidence: object = 0.9, rationale: str = "so it went") -> Callable[[ChatRequest], Message]:
    return lambda request: saying(dumps({"mode": mode, "confidence": confidence, "rationale": rationale}))


async def chosen(
    model: ChatModel, histories: Histories | None = None, config: AdaptiveTeachingConfig | None = None
) -> ModeChoice:
    config = config or AdaptiveTeachingConfig()
    probe = CapabilityProbe(model, histories or Histories(), config, simulated=True)
    return await probe.choose(BRIEF, LESSONS)


async def test_the_probe_picks_from_the_evidence_it_is_shown() -> None:
    model, histories = ScriptedModel(pick("auto")), Histories()
    config = AdaptiveTeachingConfig(learning_history_limit=4, probe=ProbeConfig(evidence_limit=2))
    choice = await chosen(model, histories, config)
    assert (choice.mode, choice.reason) == ("auto", "probe")
    assert choice.probing is not None
    assert (choice.probing.picked, choice.probing.confidence) == ("auto", 0.9)
    assert choice.probing.rationale == "so it went"
    assert histories.asked == [("k", 4, True)]
    (request,) = model.asked
    assert request.json_object
    assert loads_object(request.messages[1].content) == {
        "ask": "probe",
        "task": {"instructions": "Count.", "turns": ["add 2 to a", "what is a?"]},
        "history": {
            "sessions": 12,
            "average_reward": 0.7,
            "recent_average_reward": 0.75,
            "high_reward_streak": 3,
            "low_reward_streak": 0,
            "recent": [
                {"mode": "paired", "reward": 0.8, "success": True},
                {"mode": "paired", "reward": 1.0, "success": True},
            ],
        },
        "playbook": {"version": 3, "cue_hits": 2},
    }


async def test_without_history_the_mode_is_paired_and_nobody_is_asked() -> None:
    model = ScriptedModel(failing())
    choice = await chosen(model, Histories(History()))
    assert (choice.mode, choice.reason) == ("paired", "no_learning_history")
    assert model.asked == []
    assert choice.probing is not None
    assert choice.probing.history.sessions == 0


@pytest.mark.parametrize(
    ("mode", "confidence", "expected"),
    [
        ("auto", 0.85, "auto"), ("auto", 0.84, "paired"), ("auto", 0.5, "coach"), ("auto", 0.3, None),
        ("paired", 0.99, "paired"), ("paired", 0.65, "paired"), ("paired", 0.64, "coach"), ("paired", 0.1, None),
        ("coach", 1.0, "coach"), ("coach", 0.35, "coach"), ("coach", 0.34, None),
    ],
)  # fmt: skip
def test_a_mode_stands_only_with_its_confidence(mode: Mode, confidence: float, expected: Mode | None) -> None:
    assert supported(mode, confidence, ProbeThresholds()) == expected


async def test_too_little_confidence_means_more_supervision_or_the_fallback() -> None:
    lowered = await chosen(ScriptedModel(pick("auto", 0.7)))
    assert (lowered.mode, lowered.reason) == ("paired", "probe_confidence")
    config = AdaptiveTeachingConfig(probe=ProbeConfig(fallback_mode="coach"))
    unsure = await chosen(ScriptedModel(pick("auto", 0.1)), config=config)
    assert (unsure.mode, unsure.reason) == ("coach", "probe_unsure")
    assert unsure.probing is not None
    assert unsure.probing.confidence == 0.1


@pytest.mark.parametrize(
    ("script", "kind"),
    [
        (failing("out of credit"), "ModelError"),
        (lambda request: saying("I would say auto."), "ModelReplyError"),
        (lambda request: saying('{"mode": "auto", "confidence": 0.9, "rationale": "x"'), "ModelReplyError"),
        (lambda request: saying(""), "ModelReplyError"),
        (pick("escalate"), "ModelReplyError"),
        (pick("auto", 1.2), "ModelReplyError"),
        (pick("auto", "high"), "ModelReplyError"),
        (lambda request: saying('{"mode": "auto"}'), "ModelReplyError"),
        (lambda request: saying('{"mode": "auto", "confidence": 1, "rationale": "", "x": 1}'), "ModelReplyError"),
    ],
)
async def test_a_probe_without_a_usable_answer_fails_open(
    script: Callable[[ChatRequest], Message], kind: str
) -> None:
    choice = await chosen(ScriptedModel(script))
    assert (choice.mode, choice.reason) == ("paired", "probe_failed")
    assert choice.probing is not None
    assert choice.probing.failure is not None
    assert choice.probing.failure.kind == kind
    assert choice.probing.picked is None


async def test_a_late_probe_fails_open() -> None:
    class Slow(ScriptedModel):
        async def complete(self, request: ChatRequest) -> Completion:
            await asyncio.sleep(60)
            raise AssertionError("it was waited for")

    config = AdaptiveTeachingConfig(probe=ProbeConfig(timeout_seconds=0.01))
    choice = await chosen(Slow(pick("auto")), config=config)
    assert (choice.mode, choice.reason) == ("paired", "probe_failed")
    assert choice.probing is not None
    assert str(choice.probing.failure).count("no answer within 0.01 s") == 1


async def test_a_store_that_fails_is_not_hidden() -> None:
    class Broken(Histories):
        async def of(self, key: LearningKey, limit: int, *, simulated: bool) -> History:
            raise StorageError("connection lost")

    with pytest.raises(StorageError):
        await chosen(ScriptedModel(pick("auto")), Broken())
