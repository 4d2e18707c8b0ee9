"""What the benchmark must never do: pay an agent that does nothing or copies, or tell anybody the answer."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from atlas.agents.null import NullAgent
from atlas.agents.oracle import OracleAgent
from atlas.agents.parrot import ParrotAgent
from atlas.assembly import Models, brief_instructions, build_parts, evaluation_parts
from atlas.config_file import load_run_config
from atlas.core.json import JsonValue, dumps, to_json
from atlas.core.messages import ChatRequest, Completion, Meter, ModelRole
from atlas.core.playbook import LearningKey, Playbook
from atlas.core.protocols import Agent, ChatModel
from atlas.core.session import RunId, Session, Slot
from atlas.core.tasks import Task
from atlas.datasets.loader import load_conversations
from atlas.environments.crm.environment import CrmEnvironment
from atlas.loop import Parts, Play, evaluate, learn
from atlas.models.offline import offline_model
from atlas.runs.quickstart import CONFIG
from atlas.student import ChatStudent
from tests.stores import MemoryStore
from tests.worlds import EventList

DATASET = Path(__file__).parents[2] / "data" / "conversations" / "dev.jsonl"


@pytest.fixture(scope="module")
def tasks() -> list[Task]:
    loaded = load_conversations(DATASET, brief_instructions())
    assert loaded.problems == ()
    return list(loaded.tasks)


def plays(tasks: list[Task]) -> list[Play]:
    return [(task, Slot(RunId("r"), "arm", task.task_id)) for task in tasks]


async def played(tasks: list[Task], agent: Callable[[Task, Slot, Meter], Agent]) -> list[Session]:
    store = MemoryStore()
    parts = evaluation_parts(CrmEnvironment.memory(), store, store, EventList(), agent, None, simulated=False)
    empty = Playbook(LearningKey("none"))
    return [session async for session in evaluate(plays(tasks), parts, empty, 8)]


@pytest.mark.parametrize(
    ("agent", "share"),
    [
        pytest.param(lambda task, slot, meter: OracleAgent(task.target), 1.0, id="oracle"),
        pytest.param(lambda task, slot, meter: NullAgent(), 0.0, id="null"),
        pytest.param(lambda task, slot, meter: ParrotAgent(), 0.0, id="parrot"),
    ],
)
async def test_bounds(tasks: list[Task], agent: Callable[[Task, Slot, Meter], Agent], share: float) -> None:
    sessions = await played(tasks, agent)
    assert len(sessions) == 100
    assert [session.slot.task_id for session in sessions if session.success is not (share == 1.0)] == []


@pytest.mark.parametrize(
    ("name", "count"), [("crm_1200.jsonl", 1_200), ("golden_negatives.jsonl", None)], ids=["crm_1200", "golden"]
)
@pytest.mark.parametrize(
    ("agent", "share"),
    [
        pytest.param(lambda task, slot, meter: OracleAgent(task.target), 1.0, id="oracle"),
        pytest.param(lambda task, slot, meter: NullAgent(), 0.0, id="null"),
    ],
)
async def test_bounds_of_the_other_shipped_files(
    name: str, count: int | None, agent: Callable[[Task, Slot, Meter], Agent], share: float
) -> None:
    loaded = load_conversations(DATASET.with_name(name), brief_instructions())
    assert loaded.problems == ()
    sessions = await played(list(loaded.tasks), agent)
    assert len(sessions) == (count or len(loaded.tasks))
    assert [session.slot.task_id for session in sessions if session.success is not (share == 1.0)] == []


@dataclass
class Overheard:
    """A model that remembers every prompt."""

    model: ChatModel
    prompts: list[str] = field(default_factory=list)
    simulated: bool = True

    @property
    def name(self) -> str:
        return self.model.name

    async def complete(self, request: ChatRequest) -> Completion:
        self.prompts.append("\n".join(message.content for message in request.messages))
        return await self.model.complete(request)

    async def close(self) -> None: ...


async def test_no_prompt_of_any_role_holds_what_only_graders_know(tasks: list[Task]) -> None:
    roles: tuple[ModelRole, ...] = ("student", "teacher", "judge", "arbiter", "synthesizer")
    overheard = [Overheard(offline_model(role, seed=3)) for role in roles]
    store = MemoryStore()
    parts: Parts = build_parts(
        load_run_config(CONFIG),
        Models(ChatStudent(overheard[0], seed=3), *overheard[1:]),
        CrmEnvironment.memory(),
        store,
        store,
        EventList(),
        key=LearningKey("k"),
    )
    leaks = []
    for task in tasks[:40]:
        for model in overheard:
            model.prompts.clear()
        (session,) = [session async for session in learn(plays([task]), parts)]
        assert session.failure is None
        known = knowable(task, session)
        secrets = [text for text in strings(to_json(task.target)) if telling(text) and text.lower() not in known]
        prompts = "\n".join(prompt for model in overheard for prompt in model.prompts).lower()
        leaks += [(task.task_id, secret) for secret in secrets if json.dumps(secret.lower())[1:-1] in prompts]
    assert leaks == []
    assert sum(len(model.prompts) for model in overheard) > 0


def telling(text: str) -> bool:
    """Whether a text gives a target away: plain words such as "not take" are in many a prompt by chance."""
    return len(text) > 3 and not re.fullmatch("[a-z_]+( [a-z]+)?", text)


def knowable(task: Task, session: Session) -> str:
    """All that may be said to anybody: the brief, the world, the tools, and what happened in the session."""
    specs = CrmEnvironment.specs
    return dumps([task.brief, task.setup, specs, session.played, session.proposal, FIXED]).lower()


FIXED = [path.read_text() for path in (Path(__file__).parents[2] / "src/atlas").rglob("prompts/*.md")]


def strings(value: JsonValue) -> Iterator[str]:
    """Every text inside a JSON value, keys left out."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from strings(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from strings(item)
