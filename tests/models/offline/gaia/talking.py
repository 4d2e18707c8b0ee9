"""Talking to the student among files: as a chat agent in a real world, and as a code agent whose code is run."""

from __future__ import annotations

import contextlib
import io
import re
from functools import lru_cache
from pathlib import Path

from atlas.agents.chat import ChatAgent
from atlas.assembly import gaia_tasks
from atlas.core.messages import ChatRequest, Message
from atlas.core.protocols import TurnInput
from atlas.core.tasks import Task
from atlas.core.trajectory import Step
from atlas.environments.gaia.config import GaiaConfig
from atlas.environments.gaia.environment import GaiaEnvironment
from atlas.environments.gaia.world import GaiaWorld
from atlas.models.offline import offline_model
from atlas.models.offline.gaia.habits import FileHabits
from atlas.verify.gaia_answer import final_answer, matches
from tests.environments.gaia.making import call

MINI = Path(__file__).parents[4] / "data" / "gaia_mini"
ENVIRONMENT = GaiaEnvironment()
SYSTEM = (
    "Write code between <code> and </code>.\ndef read_file(path: string) -> string:\nEnd with final_answer(...)."
)


@lru_cache(maxsize=1)
def mini() -> tuple[Task, ...]:
    """The tasks of gaia-mini."""
    return gaia_tasks(GaiaConfig(dataset=MINI))


async def chatted(task: Task, habits: FileHabits) -> list[Step]:
    """The steps of the student with tools."""
    model = offline_model("student", seed=0, file_habits=habits)
    async with ENVIRONMENT.open(task.setup) as world:
        turn = TurnInput(task.brief.instructions, (), task.brief.turns[0])
        return [step async for step in ChatAgent(model).act(turn, world)]


def right(steps: list[Step], task: Task) -> bool:
    return matches(final_answer(steps[-1].completion.message.content), task.target.answer or "")


async def coded(task: Task, habits: FileHabits) -> tuple[str, list[str]]:
    """What the student's code gave as its final answer, and its code, step by step."""
    model = offline_model("student", seed=0, file_habits=habits)
    messages = [Message("system", SYSTEM), Message("user", f"New task:\n{task.brief.turns[0]}")]
    written: list[str] = []
    async with ENVIRONMENT.open(task.setup) as world:
        texts = await _texts(world)
        for _ in range(6):
            message = (await model.complete(ChatRequest(tuple(messages)))).message
            found = re.search(r"<code>\n(.*)\n</code>", message.content, re.DOTALL)
            assert found, message.content
            written.append(found[1])
            answers: list[object] = []
            observed = _run(found[1], texts, answers)
            if answers:
                return str(answers[0]), written
            messages += [message, Message("user", f"Observation:\n{observed}")]
    raise AssertionError(f"no final answer in {written}")


async def _texts(world: GaiaWorld) -> dict[str, str]:
    listed = (await call(world, "list_files")).value
    read = {entry["path"]: await call(world, "read_file", path=entry["path"]) for entry in listed}
    return {path: result.value for path, result in read.items() if result.ok}


def _run(code: str, texts: dict[str, str], answers: list[object]) -> str:
    printed = io.StringIO()
    try:
        with contextlib.redirect_stdout(printed):
            exec(code, {"read_file": lambda path: texts[path], "final_answer": answers.append})
    except (SyntaxError, KeyError, ValueError) as error:
        return f"{printed.getvalue()}Code execution failed: {type(error).__name__}: {error}"
    return printed.getvalue()
