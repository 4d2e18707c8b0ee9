"""Production: groups whole and partial, replays, and the budget."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace

import pytest

from atlas.core.group import Group
from atlas.core.messages import ChatRequest, Message, Usage
from atlas.core.session import Session
from atlas.errors import ModelError, StorageError, TemplateError
from atlas.rollouts.benchmark import Assignment
from atlas.rollouts.config import EnvConfig, RolloutConfig
from atlas.runs.rollout.budget import Budget
from tests.rollouts.sessions import OUTAGE, session
from tests.runs.rollout.counting import by_seed, player, production
from tests.worlds import ScriptedModel


def config(**env: object) -> RolloutConfig:
    return RolloutConfig(env=EnvConfig.model_validate({"group_size": 4, "on_failure": "keep", **env}))


@dataclass
class Fake:
    """An executor that plays nothing: `fails` says how often each trial fails before it succeeds."""

    fails: dict[int, int] = field(default_factory=dict)
    played: list[Assignment] = field(default_factory=list)
    most: int = 0
    playing: int = 0

    async def play(self, assignment: Assignment) -> Session:
        self.playing += 1
        self.most = max(self.most, self.playing)
        await asyncio.sleep(0.001)
        self.playing -= 1
        self.played.append(assignment)
        earlier = sum(each == assignment for each in self.played) - 1
        failed = earlier < self.fails.get(assignment.trial, 0)
        return session(failure=OUTAGE if failed else None, right=assignment.trial % 2 == 0)


async def test_groups_are_graded_and_vary() -> None:
    making = production(player(ScriptedModel(by_seed), config()), config())
    made = [each async for each in making.groups(range(3))]
    assert sorted(each.group.group_id for each in made) == ["000000", "000001", "000002"]
    assert all(len(each.group.members) == 4 and each.refusal is None for each in made)
    assert {score for each in made for score in each.group.scores} >= {0.0}
    assert any(not each.group.equal_scores for each in made)


async def test_a_partial_group_is_kept_and_marked() -> None:
    made = await production(Fake(fails={1: 9}), config()).group(0)
    assert (len(made.group.members), len(made.group.failures)) == (3, 1)
    assert made.group.group_overrides == {"group_size": 3}
    assert made.group.failures[0].failure == OUTAGE
    assert made.refusal is None


async def test_a_failed_trajectory_is_replayed_as_often_as_configured() -> None:
    fake = Fake(fails={1: 2, 2: 9})
    made = await production(fake, config(on_failure="replay", max_replays=2)).group(0)
    assert [member.rollout_id for member in made.group.members] == ["000000/0", "000000/1", "000000/3"]
    assert [failed.rollout_id for failed in made.group.failures] == ["000000/1"] * 2 + ["000000/2"] * 3
    assert len(fake.played) == 1 + 3 + 3 + 1
    assert made.group.usage.calls == len(fake.played), "replays are paid for too"


async def test_a_group_in_which_nothing_got_through_says_why() -> None:
    made = await production(Fake(fails=dict.fromkeys(range(4), 9)), config()).group(0)
    assert made.group.members == ()
    assert made.refusal is not None
    assert "no trajectory got through" in made.refusal
    assert "connection refused" in made.refusal


async def test_equal_scores_are_left_out_where_they_must_differ() -> None:
    fake = Fake()
    made = await production(fake, config(group_size=1), differ=True).group(0)
    assert made.refusal is None
    equal = production(Fake(fails={1: 9, 3: 9}), config(), differ=True)
    assert (await equal.group(0)).refusal == "all scores are equal"


async def test_no_more_is_played_at_once_than_there_are_places_for() -> None:
    making = production(Fake(), config(max_concurrent_processes=4))
    assert making.room == 2
    assert len([each async for each in making.groups(range(6))]) == 6


async def test_the_budget_ends_it_and_what_has_begun_is_finished() -> None:
    budget = Budget(0.0045)
    fake = Fake()
    making = production(fake, config(max_concurrent_processes=1, group_size=2), budget)
    made = [each async for each in making.groups(range(100))]
    assert len(made) < 10
    assert all(len(each.group.members) == 2 for each in made)
    assert budget.spent.cost_usd == pytest.approx(0.001 * len(fake.played))
    assert "is spent after 3 groups" in str(budget.stopped(3, "groups"))


async def test_a_budget_without_a_price_stops_at_once() -> None:
    budget = Budget(1.0, Usage(1, 1, 1, None))
    making = production(Fake(), config(), budget)
    assert [each async for each in making.groups(range(5))] == []
    assert "no known price" in str(budget.stopped(0, "groups"))


async def test_an_error_of_the_driver_itself_ends_everything() -> None:
    class Broken(Fake):
        async def play(self, assignment: Assignment) -> Session:
            if assignment.trial == 2:
                raise StorageError("the disk is full")
            await asyncio.sleep(60)
            raise AssertionError

    making = production(Broken(), config())
    async with asyncio.timeout(5):
        with pytest.raises(StorageError):
            async for _ in making.groups(range(2)):
                pass
    assert len(asyncio.all_tasks()) == 1


async def test_a_conversation_that_the_template_cannot_write_is_left_out() -> None:
    def refuse(group: Group) -> Group:
        raise TemplateError("does not write tool calls", "no_tool_calls", message=2)

    making = replace(production(Fake(), config()), tokenise=refuse)
    assert (await making.group(0)).refusal == "the chat template does not write tool calls (message 2)"


@pytest.mark.parametrize(("trait", "flag"), [("strips", "--last-turn-only"), ("trims", "--trim")])
async def test_what_can_be_done_about_a_template_is_said(trait: str, flag: str) -> None:
    def refuse(group: Group) -> Group:
        raise TemplateError("does something", trait, message=2)

    refusal = (await replace(production(Fake(), config()), tokenise=refuse).group(0)).refusal
    assert refusal is not None
    assert refusal.startswith("the chat template does something (message 2); play ")
    assert f"`atlas export rollouts --tokenizer T {flag}` add the tokens" in refusal
    assert ("--env.use_chat_completion false" in refusal) == (trait == "strips")


async def test_a_model_that_is_down_now_and_then_costs_no_group() -> None:
    down = [True, False] * 100

    def flaky(request: ChatRequest) -> Message:
        if request.messages[-1].role == "user" and down.pop():
            raise ModelError("connection refused", model="m")
        return by_seed(request)

    wanted = config(on_failure="replay", max_replays=5)
    made = await production(player(ScriptedModel(flaky), wanted), wanted).group(0)
    assert len(made.group.members) == 4
    assert made.group.failures
