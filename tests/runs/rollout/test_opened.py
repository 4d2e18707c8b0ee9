"""An opened run: its groups hold what the model read and wrote, word for word, and the tokens of it."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console

from atlas.agents.code.agent import PLAYER
from atlas.agents.code.config import CodeConfig
from atlas.core.group import Group
from atlas.core.messages import ChatRequest, Message
from atlas.errors import SandboxUnavailable, TokenizerError
from atlas.rollouts.group_line import group_line, parse_group
from atlas.runs.rollout.budget import Budget
from atlas.runs.rollout.executors import LocalExecutor
from atlas.runs.rollout.opened import OpenedRun, open_run
from atlas.runs.rollout.plan import RolloutPlan, read_plan
from atlas.runs.rollout.player import build_player
from atlas.runs.rollout.student import RolloutStudent
from atlas.runtime.sandbox.config import SandboxConfig
from atlas.runtime.sandbox.pool import SandboxPool
from atlas.settings import Settings
from atlas.student import ChatStudent, CodeStudent
from atlas.telemetry.progress import Progress
from tests.runs.rollout.counting import adds, benchmark
from tests.worlds import EventList, ScriptedModel, saying

PROGRESS = Progress(Console(file=io.StringIO()))


def plan(*flags: str) -> RolloutPlan:
    return read_plan("process", ["crm", "--env.group_size", "1", *flags])


def chats(request: ChatRequest) -> Message:
    return saying("Done.") if request.messages[-1].role == "tool" else adds(2)


def codes(request: ChatRequest) -> Message:
    if len(request.messages) == 2:
        return saying("Let me see.\n<code>\nprint(read(name='a'))\nadd(name='b', by=1)\n</code>")
    return saying("<code>\nadd(name='a', by=2)\nfinal_answer('Done.')\n</code>")


async def one_group(student: RolloutStudent, asked: RolloutPlan) -> Group:
    config = asked.config
    player = build_player(benchmark(), student, config.env, EventList())
    run = OpenedRun(player, LocalExecutor(player, 2), config, None, None)
    made = await run.production(asked, Budget(None), PROGRESS).group(0)
    assert made.refusal is None
    assert not made.group.failures, made.group.failures
    return made.group


async def test_a_chat_agents_group_is_the_conversation_that_its_model_had() -> None:
    model = ScriptedModel(chats)
    group = await one_group(ChatStudent(model, 42), plan())
    (member,) = group.members
    assert member.messages == (*model.asked[-1].messages, saying("Done."))
    assert group.tools == model.asked[-1].tools


async def test_a_code_agents_group_is_the_conversation_that_its_model_had() -> None:
    model = ScriptedModel(codes)
    pool = SandboxPool(SandboxConfig(max_concurrent_processes=1), PLAYER, {})
    student = CodeStudent(model, 42, pool, CodeConfig())
    group = await one_group(student, plan("--env.agent", "code"))
    await student.close()
    (member,) = group.members
    last = model.asked[-1]
    assert member.messages == (*last.messages, codes(last))
    assert group.tools == last.tools == ()
    assert [message.role for message in member.messages] == ["system", "user", "assistant", "user", "assistant"]
    parts = {part.name: part.score for part in member.parts}
    assert parts["correctness"] == 1.0
    assert parts["steps"] == pytest.approx(1 - 1 / 11), "the reply after the code is no model call"
    assert parts["reasoning"] == 0.5, "the code of the first step raised"


async def test_tokens_are_there_where_a_tokenizer_is_named_and_messages_where_they_are_wanted(
    tmp_path: Path,
) -> None:
    settings = Settings.load({"ATLAS_OFFLINE_MODE": "1"}, tmp_path / ".env")
    flags = ("--env.backend", "mock", "--env.tokenizer_name", "bytes", "--env.include_messages", "false")
    asked = plan(*flags)
    async with open_run(asked, settings, PROGRESS) as run:
        made = await run.production(asked, Budget(None), PROGRESS).group(0)
    (member,) = made.group.members
    assert member.ids is not None
    assert len(member.ids.tokens) == len(member.ids.masks) > 1000
    line = group_line(made.group)
    assert b'"messages":null' in line
    assert parse_group(line, "x").members[0].ids == member.ids


async def test_a_tokenizer_that_is_not_there_is_said_before_anything_is_played(tmp_path: Path) -> None:
    settings = Settings.load({"ATLAS_OFFLINE_MODE": "1"}, tmp_path / ".env")
    asked = plan("--env.backend", "mock", "--env.tokenizer_name", str(tmp_path))
    with pytest.raises(TokenizerError, match=r"holds no tokenizer.json"):
        async with open_run(asked, settings, PROGRESS):
            pass


async def test_without_the_protection_that_is_required_nothing_is_played(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from atlas.core.protection import Protection

    monkeypatch.setattr(Protection, "complete", False)
    settings = Settings.load({"ATLAS_OFFLINE_MODE": "1"}, tmp_path / ".env")
    asked = plan("--env.backend", "mock", "--env.agent", "code", "--env.require_sandbox")
    with pytest.raises(SandboxUnavailable, match="require_sandbox is on, and this is all that protects here"):
        async with open_run(asked, settings, PROGRESS):
            pass
