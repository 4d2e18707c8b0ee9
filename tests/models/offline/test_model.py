"""The offline model as a chat model: simulated, counted, and a function of its messages alone."""

from __future__ import annotations

import time
from typing import get_args

import pytest

from atlas.core.messages import ChatRequest, Message, ModelRole
from atlas.core.tools import ToolSpec
from atlas.environments.crm.tools import SPECS
from atlas.models.offline import HabitProfile, offline_model

SYSTEM = Message("system", "Today is 2026-03-02 (Monday).")


@pytest.mark.parametrize("role", get_args(ModelRole))
async def test_says_that_it_is_simulated_and_answers_whatever_it_is_asked(role: ModelRole) -> None:
    model = offline_model(role, seed=3)
    completion = await model.complete(ChatRequest((Message("user", "Hello?"),)))
    assert model.simulated
    assert completion.model == model.name == f"offline/{role}"
    assert completion.message.content
    await model.close()


@pytest.mark.parametrize("role", get_args(ModelRole))
async def test_answers_even_without_messages(role: ModelRole) -> None:
    completion = await offline_model(role, seed=3).complete(ChatRequest(()))
    assert completion.message.role == "assistant"


async def test_counts_tokens_and_a_simulated_price() -> None:
    request = ChatRequest((SYSTEM, Message("user", "Who owns Cobalt Rollout?")), SPECS)
    with_tools = (await offline_model("student", seed=0).complete(request)).usage
    without = (await offline_model("student", seed=0).complete(ChatRequest(request.messages))).usage
    assert with_tools.calls == 1
    assert with_tools.prompt_tokens > without.prompt_tokens > 0
    assert with_tools.completion_tokens > 0
    assert with_tools.cost_usd is not None
    assert with_tools.cost_usd > 0


async def test_keeps_nothing_between_calls() -> None:
    used, fresh = offline_model("student", seed=0), offline_model("student", seed=0)
    for text in ("Who owns Cobalt Rollout?", "Delete Granite Pilot.", "Move it to proposal."):
        await used.complete(ChatRequest((SYSTEM, Message("user", text)), SPECS))
    request = ChatRequest((SYSTEM, Message("user", "When does Cobalt Rollout close?")), SPECS)
    assert await used.complete(request) == await fresh.complete(request)


async def test_a_changed_list_of_tools_is_noticed() -> None:
    model = offline_model("student", seed=0, profile=HabitProfile.flawless())
    request = (SYSTEM, Message("user", "Who owns the deal Cobalt Rollout?"))
    first = await model.complete(ChatRequest(request, SPECS))
    listing = (ToolSpec("list_opportunities", "", {"properties": {}}),)
    second = await model.complete(ChatRequest(request, listing))
    assert [call.name for call in first.message.tool_calls] == ["opportunity_search"]
    assert [call.name for call in second.message.tool_calls] == ["list_opportunities"]


async def test_a_completion_is_quick_even_late_in_a_long_conversation() -> None:
    messages = [SYSTEM]
    for number in range(12):
        messages += [Message("user", f"What is Cobalt Rollout {number} worth?"), Message("assistant", "Nothing.")]
    messages.append(Message("user", "Move Cobalt Rollout to negotiation and set its probability to 60%."))
    model, request = offline_model("student", seed=0), ChatRequest(tuple(messages), SPECS)
    await model.complete(request)
    started = time.process_time()
    for _ in range(20):
        await model.complete(request)
    assert (time.process_time() - started) / 20 < 0.02  # about 1 ms; the margin is for slow machines
