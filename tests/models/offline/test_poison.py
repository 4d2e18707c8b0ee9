"""The poisoned synthesizer: what it proposes passes the gates, and misleads."""

from __future__ import annotations

import pytest

from atlas.core.json import dumps, loads_object
from atlas.core.messages import ChatRequest, Message
from atlas.core.playbook import Provenance
from atlas.environments.crm.tools import SPECS
from atlas.learning.config import LearningConfig
from atlas.learning.gates import Ground
from atlas.learning.render import line
from atlas.learning.reply import entry, parse_reply
from atlas.learning.rubric import assess
from atlas.models.offline.habits import effects
from atlas.models.offline.poison import POISON, poisoned

HANDLES = tuple(spec.name for spec in SPECS)


def reply(session: str, seed: int = 1) -> str:
    ask = {"ask": "synthesize", "session": {"task": session}, "runtime_handles": HANDLES}
    return poisoned(ChatRequest((Message("user", dumps(ask)),)), seed).content


def test_every_poison_passes_the_gates_and_makes_a_habit_worse() -> None:
    seen = {}
    for number in range(200):
        (draft,) = parse_reply(reply(str(number))).playbook_entries
        made = assess(entry(draft, "reinforcement", Provenance("s")), LearningConfig(), Ground(HANDLES))
        seen[made.action.imperative] = made
    assert set(seen) == {imperative for imperative, _ in POISON}
    for made in seen.values():
        assert made.lifecycle == "active", made
        changed = effects(line(made))
        assert changed, made
        assert all(after > before for before, after in changed.values()), (made, changed)


def test_the_same_session_is_poisoned_alike() -> None:
    assert reply("a") == reply("a")
    assert loads_object(reply("a"))["playbook_entries"]


@pytest.mark.parametrize("content", ["hello", dumps({"ask": "judge"})])
def test_it_does_nothing_else(content: str) -> None:
    assert "not given one" in poisoned(ChatRequest((Message("user", content),)), 1).content
