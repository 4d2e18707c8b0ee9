"""The student among files: solves what it sees, with tools and with code, and makes the mistakes it is prone to."""

from __future__ import annotations

import json

import pytest

from atlas.core.messages import ChatRequest, Message
from atlas.core.tools import ToolCall
from atlas.environments.crm.tools import SPECS as CRM_TOOLS
from atlas.environments.gaia.tools import SPECS
from atlas.models.offline import offline_model
from atlas.models.offline.gaia.habits import FileHabits
from atlas.models.offline.gaia.student import plays_files, writes_code
from atlas.verify.gaia_answer import matches
from tests.models.offline.gaia.talking import SYSTEM, chatted, coded, mini, right

SEEN = [task for task in mini() if task.labels["file"] != "png"]


async def test_without_habits_it_solves_all_that_is_no_picture() -> None:
    """It has no part in the generator, so this also proves the answers."""
    wrong = [task.task_id for task in SEEN if not right(await chatted(task, FileHabits.flawless()), task)]
    assert wrong == []
    assert len(SEEN) == 60


async def test_its_code_solves_the_same() -> None:
    answers = {task.task_id: await coded(task, FileHabits.flawless()) for task in SEEN}
    assert [t.task_id for t in SEEN if not matches(answers[t.task_id][0], t.target.answer or "")] == []
    assert {len(written) for _, written in answers.values()} == {2}, "it looks, then computes"


async def test_it_does_not_see_pictures_and_says_so() -> None:
    (picture, *_) = [task for task in mini() if task.labels["file"] == "png"]
    steps = await chatted(picture, FileHabits.flawless())
    assert steps[-1].completion.message.content.endswith("FINAL ANSWER: unknown")
    assert (await coded(picture, FileHabits.flawless()))[0] == "unknown"


@pytest.mark.parametrize(
    "name",
    ["boundary", "wrong_column", "unit_kept", "condition_dropped", "wrong_sheet", "unrounded", "wordy", "gives_up"],
)
async def test_each_habit_costs_answers(name: str) -> None:
    habits = FileHabits.only(name)
    by_tools = {task.task_id for task in SEEN if not right(await chatted(task, habits), task)}
    assert len(by_tools) >= 2, "it must matter somewhere"
    if name in ("boundary", "unit_kept", "condition_dropped", "unrounded"):
        assert len(by_tools) < 45, "and not everywhere"


async def test_lists_in_the_wrong_order() -> None:
    ordered = [task for task in SEEN if ", " in (task.target.answer or "")]
    wrong = [task for task in ordered if not right(await chatted(task, FileHabits.only("unsorted")), task)]
    assert len(wrong) == len(ordered) >= 5
    answer, _ = await coded(ordered[0], FileHabits.only("unsorted"))
    assert answer == ", ".join(reversed((ordered[0].target.answer or "").split(", ")))


async def test_a_slip_of_syntax_is_mended() -> None:
    answer, written = await coded(SEEN[0], FileHabits.only("syntax_slip"))
    assert matches(answer, SEEN[0].target.answer or "")
    assert len(written) == 3
    with pytest.raises(SyntaxError):
        compile(written[0], "first", "exec")


async def test_tools_and_code_make_the_same_mistakes() -> None:
    habits = FileHabits(seed=5)
    for task in SEEN[::4]:
        answer, _ = await coded(task, habits)
        assert matches(answer, task.target.answer or "") == right(await chatted(task, habits), task), task.task_id


async def test_the_same_seed_gives_the_same_steps() -> None:
    for task in SEEN[::6]:
        assert await chatted(task, FileHabits(seed=2)) == await chatted(task, FileHabits(seed=2))


async def test_about_two_thirds_are_right_and_seeds_differ() -> None:
    scores = [[right(await chatted(task, FileHabits(seed=seed)), task) for task in mini()] for seed in range(6)]
    shares = [sum(score) / len(score) for score in scores]
    assert 0.5 <= sum(shares) / len(shares) <= 0.8, shares
    varied = sum(len(set(trials)) == 2 for trials in zip(*scores, strict=True))
    assert varied >= 30, "groups of six have both right and wrong answers"


async def test_advice_lowers_what_it_addresses() -> None:
    def request(advice: str) -> ChatRequest:
        system = f">>> Student Playbook >>>\n- {advice}\n>>> End Student Playbook >>>"
        table = "Name,Weight (kg)\n" + "".join(f"a{n},{n}000\n" for n in range(1, 8))
        asked = (
            "The attached file lists things. What is the total weight of the things whose weight is above 2000? "
            "Give the answer in tonnes. Round to one decimal.\n\nAttached file: a.csv"
        )
        step = offline_call()
        return ChatRequest(
            (
                Message("system", system),
                Message("user", asked),
                step,
                Message("tool", json.dumps(table), tool_call_id="c"),
            ),
            SPECS,
        )

    kept = offline_model("student", seed=0, file_habits=FileHabits.only("unit_kept", 0.999))
    assert (await kept.complete(request("Be polite."))).message.content.endswith("FINAL ANSWER: 25000.0")
    told = offline_model("student", seed=1, file_habits=FileHabits.only("unit_kept", 0.999))
    replies = {(await told.complete(request("Convert to the unit asked for."))).message.content[-4:]}
    assert replies == {"25.0"}


def offline_call() -> Message:
    return Message("assistant", "", (ToolCall("c", "read_file", '{"path":"a.csv"}'),))


def test_which_requests_are_its_own() -> None:
    user = Message("user", "x")
    assert plays_files(ChatRequest((user,), SPECS))
    assert not plays_files(ChatRequest((user,), CRM_TOOLS))
    assert not plays_files(ChatRequest((user,)))
    assert writes_code(ChatRequest((Message("system", SYSTEM), user)))
    assert not writes_code(ChatRequest((Message("system", SYSTEM), user), SPECS))


async def test_a_question_it_does_not_understand() -> None:
    for asked in ("Hello?", "Why?\n\nAttached file: a.csv"):
        request = ChatRequest((Message("user", asked),), SPECS)
        reply = (await offline_model("student", seed=0).complete(request)).message
        assert reply.tool_calls or reply.content.endswith("FINAL ANSWER: unknown")
