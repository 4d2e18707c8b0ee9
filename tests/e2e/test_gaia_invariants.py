"""gaia-mini: who does nothing or copies gets nothing, the oracle gets all, and nobody is told an answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from atlas.agents.null import NullAgent
from atlas.agents.oracle import OracleAgent
from atlas.agents.parrot import ParrotAgent
from atlas.assembly import Models, build_parts, evaluation_parts, gaia_tasks, gaia_verifiers
from atlas.config_file import load_run_config
from atlas.core.json import dumps
from atlas.core.messages import ChatRequest, Completion, Meter, ModelRole
from atlas.core.playbook import LearningKey, Playbook
from atlas.core.protocols import Agent, ChatModel
from atlas.core.session import RunId, Session, Slot
from atlas.core.tasks import Task
from atlas.datasets.gaia.generator.draw import gives_away
from atlas.environments.gaia.config import GaiaConfig
from atlas.environments.gaia.environment import GaiaEnvironment
from atlas.loop import Play, evaluate, learn
from atlas.models.offline import offline_model
from atlas.runs.quickstart import CONFIG
from atlas.student import ChatStudent
from tests.stores import MemoryStore
from tests.worlds import EventList

MINI = Path(__file__).parents[2] / "data" / "gaia_mini"


@pytest.fixture(scope="module")
def tasks() -> tuple[Task, ...]:
    return gaia_tasks(GaiaConfig(dataset=MINI))


def plays(tasks: tuple[Task, ...]) -> Iterator[Play]:
    return ((task, Slot(RunId("r"), "arm", task.task_id)) for task in tasks)


async def played(tasks: tuple[Task, ...], agent: Callable[[Task, Slot, Meter], Agent]) -> list[Session]:
    store = MemoryStore()
    parts = evaluation_parts(
        GaiaEnvironment(), store, store, EventList(), agent, None, simulated=False, grading=gaia_verifiers
    )
    return [session async for session in evaluate(plays(tasks), parts, Playbook(LearningKey("none")), 8)]


@pytest.mark.parametrize(
    ("agent", "share"),
    [
        pytest.param(lambda task, slot, meter: OracleAgent(task.target), 1.0, id="oracle"),
        pytest.param(lambda task, slot, meter: NullAgent(), 0.0, id="null"),
        pytest.param(lambda task, slot, meter: ParrotAgent(), 0.0, id="parrot"),
    ],
)
async def test_bounds(tasks: tuple[Task, ...], agent: Callable[[Task, Slot, Meter], Agent], share: float) -> None:
    sessions = await played(tasks, agent)
    assert len(sessions) == 66
    assert [session.slot.task_id for session in sessions if session.success is not (share == 1.0)] == []


def test_no_answer_stands_in_what_an_agent_is_told(tasks: tuple[Task, ...]) -> None:
    """Not even as a word or a number of the question, so that nothing can be copied from it."""
    told = {task.task_id: "\n".join((task.brief.instructions, *task.brief.turns)) for task in tasks}
    answers = {task.task_id: task.target.answer or "" for task in tasks}
    assert all(answers.values())
    assert [task_id for task_id, text in told.items() if gives_away(text, answers[task_id])] == []


async def test_a_world_holds_no_answers(tasks: tuple[Task, ...]) -> None:
    for task in tasks[:3] + tasks[-3:]:
        assert "answers" not in dumps(task.setup)
        async with GaiaEnvironment().open(task.setup) as world:
            assert world.workspace is not None
            names = {path.name for path in world.workspace.rglob("*")}
            assert task.setup.content["files"][0]["name"] in names
            assert not names & {"metadata.jsonl", "validation.jsonl", "answers", "2023"}


class Overheard:
    """A model that remembers what it was asked before any tool had answered."""

    simulated = True

    def __init__(self, model: ChatModel) -> None:
        self.model, self.name = model, model.name
        self.prompts: list[str] = []

    async def complete(self, request: ChatRequest) -> Completion:
        if not any(message.role == "tool" for message in request.messages):
            self.prompts.append("\n".join(message.content for message in request.messages))
        return await self.model.complete(request)

    async def close(self) -> None: ...


async def test_no_prompt_holds_an_answer_that_no_tool_gave(tasks: tuple[Task, ...]) -> None:
    """The whole loop, teacher and judges included. What others than the student read holds what it found out."""
    roles: tuple[ModelRole, ...] = ("student", "teacher", "judge", "arbiter", "synthesizer")
    heard = [Overheard(offline_model(role, seed=3)) for role in roles]
    store = MemoryStore()
    parts = build_parts(
        load_run_config(CONFIG),
        Models(ChatStudent(heard[0], seed=3), *heard[1:]),
        GaiaEnvironment(),
        store,
        store,
        EventList(),
        key=LearningKey("k"),
        grading=gaia_verifiers,
    )
    leaks = []
    # A number of one or two digits stands in many a prompt by chance.
    for task in [task for task in tasks if len(task.target.answer or "") > 3][::6]:
        for model in heard:
            model.prompts.clear()
        (session,) = [session async for session in learn(plays((task,)), parts)]
        assert session.failure is None
        assert session.played is not None
        answer = task.target.answer or ""
        found_out = dumps(session.played)
        leaks += [
            (task.task_id, model.name)
            for model in heard
            for prompt in model.prompts
            if gives_away(prompt, answer) and (model is heard[0] or not gives_away(found_out, answer))
        ]
    assert leaks == []
    assert all(model.prompts for model in heard[:3])
