from __future__ import annotations

import asyncio
from typing import Any

import pytest

from atlas.discovery.episode import Episode
from atlas.discovery.protocols import DiscoveryContext


class Line:
    """Keeps what it was told; ends on "stop"."""

    def __init__(self, *, forgetful: bool = False) -> None:
        self.resets = 0
        self._forgetful = forgetful

    def reset(self, seed: int) -> tuple[Any, dict[str, Any]]:
        self.resets += 1
        self.said: list[Any] = []
        return ("start", seed, self.resets if self._forgetful else 0), {"fresh": True}

    def step(self, action: Any) -> Any:
        self.said.append(action)
        return [*self.said], 0.5, action == "stop", False, {"is_success": True}


def run(awaitable: Any) -> Any:
    async def waited() -> Any:
        return await awaitable

    return asyncio.run(waited())


def episode(environment: Any, agent: Any = None) -> Episode:
    made = Episode(environment, lambda: agent, run)
    made.begin("the task", 3)
    made.make_agent()
    return made


def test_gymnasiums_form_is_read() -> None:
    played = Episode(Line(), lambda: None, run)
    assert played.begin("t", 3) == {
        "observation": ["start", 3, 0],
        "reward": None,
        "done": False,
        "info": {"fresh": True},
    }
    assert played.step("stop", submit=False) == {
        "observation": ["stop"], "reward": 0.5, "done": True, "info": {"is_success": True},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (None, "its step gave NoneType"),
        ((1, 2, 3), "its step gave tuple"),
        (("o", "much", False, {}), "could not convert"),
        (("o", float("nan"), False, {}), "reward of nan"),
    ],
)
def test_a_step_in_no_form(given: Any, said: str) -> None:
    class Odd(Line):
        def step(self, action: Any) -> Any:
            return given

    with pytest.raises((TypeError, ValueError), match=said):
        episode(Odd()).step(1, submit=False)


def test_the_agents_own_object_reaches_the_environment() -> None:
    own = object()
    line = Line()
    played = episode(line, lambda observation: own)
    decided = played.decide("")
    assert decided["action"] == repr(own)
    played.step(decided["action"], submit=False)
    played.begin("the task", 3)
    played.step(decided["action"], submit=False)
    assert line.said == [own], "also when it is carried out once more"
    played.step("another", submit=False)
    assert line.said == [own, "another"]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (4, (4, False, {})),
        (("go", True, {"why": "x"}), ("go", True, {"why": "x"})),
        ({"action": "go", "submit": True, "why": "x"}, ("go", True, {"why": "x"})),
        ({"action": "go"}, ({"action": "go"}, False, {})),
        ((1, 2), ([1, 2], False, {})),
    ],
)
def test_the_forms_of_an_action(answer: Any, expected: tuple[Any, bool, Any]) -> None:
    decided = episode(Line(), lambda observation: answer).decide("")
    assert (decided["action"], decided["submit"], decided["metadata"]) == expected


def test_an_agent_with_all_methods_gets_the_context() -> None:
    class Agent:
        async def plan(self, task: str, observation: Any) -> str:
            return f"{task} from {observation[0]}"

        async def act(self, seen: DiscoveryContext, emit_event: Any) -> str:
            emit_event.emit("thought", seen)
            return f"{seen.step_index} {seen.guidance}"

        def summarize(self, seen: DiscoveryContext, history: Any) -> str:
            return f"{len(history)} {seen.done}"

    played = episode(Line(), Agent())
    assert played.plan("") == "the task from start"
    assert played.decide("be brief")["action"] == "0 be brief"
    (event,) = played.events.take()
    assert (event.type, event.payload["task"]) == ("thought", "the task")
    played.step("stop", submit=False)
    assert played.summarize("") == "1 True"


def test_an_agent_with_act_alone_gets_the_observation() -> None:
    class Agent:
        def act(self, seen: Any) -> Any:
            return seen

    played = episode(Line(), Agent())
    assert played.plan("") is None
    assert played.decide("")["action"] == ["start", 3, 0]
    assert played.summarize("") is None


def test_submit_is_handed_on_where_it_is_asked_for() -> None:
    class Exam(Line):
        def step(self, action: Any, submit: bool = False) -> Any:
            return action, None, submit, {}

    assert episode(Exam()).step("x", submit=True)["done"] is True


def test_rewinding_repeats_the_first_actions() -> None:
    line = Line()
    played = episode(line)
    for action in ("a", "b", "c"):
        played.step(action, submit=False)
    assert played.rewind(2)["observation"] == ["a", "b"]
    assert line.said == ["a", "b"]


def test_an_environment_that_does_not_repeat_itself_cannot_be_rewound() -> None:
    class Moody(Line):
        def step(self, action: Any) -> Any:
            self.said.append(action)
            return self.resets, 0.0, False, {}

    played = episode(Moody())
    played.step("a", submit=False)
    played.step("b", submit=False)
    with pytest.raises(TypeError, match="something else after the same actions"):
        played.rewind(1)
