"""Every format written, loaded back, and compared: no text, tool call, reward or mask is lost."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from atlas.core.group import NO_LOSS, Group, Member, ReasoningGrade, TokenIds
from atlas.core.json import JsonObject, dumps
from atlas.core.messages import Message, Usage
from atlas.core.tools import ToolCall
from atlas.core.wire_messages import parsed_arguments, read_messages
from atlas.export.training.formats import FORMATS
from tests.export.training import schemas
from tests.rollouts.samples import ASKED, SEARCH, group

SCHEMAS = {
    "messages": schemas.TRL_MESSAGES,
    "preference": schemas.TRL_PREFERENCE,
    "atif": schemas.ATIF,
    "verifiers": schemas.VERIFIERS,
}
NASTY = "é \u2028 <|im_end|> {{x}} \U0001f600\n"


def hard() -> Group:
    """Two members with several calls, whose arguments differ in kind (some are no JSON), and texts of all sorts."""
    calls = (
        ToolCall("c1", "search", '{"query": "x", "deep": [null, {"a": 1.5}]}'),
        ToolCall("c2", "search", '{"limit": 3}'),
        ToolCall("c3", "other", "no json"),
        ToolCall("c4", "other", "{}"),
    )
    long = (
        *ASKED,
        Message("assistant", "", calls),
        *(Message("tool", f'{{"of": "{call.id}"}}', tool_call_id=call.id) for call in calls),
        Message("assistant", NASTY),
        Message("user", ""),
        Message("assistant", "Done."),
    )
    # Read 4, produced 2; read 1, produced 1; read 2, produced 3; and one token after the last message.
    masks = (*[NO_LOSS] * 4, 11, 12, NO_LOSS, 14, NO_LOSS, NO_LOSS, 17, 18, 19, NO_LOSS)
    ids = TokenIds(tuple(range(7, 21)), masks)
    made = group(0.25, 1.0)
    return replace(made, members=(replace(made.members[0], messages=long, ids=ids), made.members[1]))


def same(read: tuple[Message, ...], said: tuple[Message, ...]) -> bool:
    """Whether two conversations are equal, arguments compared as JSON where they are JSON."""

    def comparable(message: Message) -> tuple[object, ...]:
        calls = [(call.id, call.name, dumps(parsed_arguments(call))) for call in message.tool_calls]
        return message.role, message.content, calls, message.tool_call_id

    return list(map(comparable, read)) == list(map(comparable, said))


def loaded(rows: list[JsonObject], folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[JsonObject]:
    """The rows through a JSONL file and the `datasets` library."""
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("HF_DATASETS_DISABLE_PROGRESS_BARS", "1")
    from datasets import load_dataset

    path = folder / "rows.jsonl"
    path.write_text("".join(f"{dumps(row)}\n" for row in rows))
    return list(load_dataset("json", data_files=str(path), split="train", cache_dir=str(folder / "cache")))


@pytest.mark.parametrize("name", FORMATS)
def test_rows_are_of_the_form_that_the_format_asks_for(name: str) -> None:
    validator = Draft202012Validator(SCHEMAS[name])
    rows = list(FORMATS[name](hard()))
    assert rows
    for row in rows:
        assert [f"{error.json_path}: {error.message}" for error in validator.iter_errors(row)] == []


def test_a_row_of_another_form_is_found() -> None:
    (row, *_) = FORMATS["atif"](hard())
    row["steps"][0]["tool_calls"] = [{"tool_call_id": "c", "function_name": "f", "arguments": {}}]
    assert list(Draft202012Validator(schemas.ATIF).iter_errors(row))


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")
def test_messages_come_back_through_datasets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = hard()
    rows = loaded(list(FORMATS["messages"](made)), tmp_path, monkeypatch)
    assert len(rows) == len(made.members)
    for row, member in zip(rows, made.members, strict=True):
        assert same(read_messages(row["messages"]), member.messages)
        assert member.ids is not None
        assert (row["score"], row["tokens"], row["masks"]) == (
            member.score,
            list(member.ids.tokens),
            list(member.ids.masks),
        )
        assert [(part["name"], part["score"], part["weight"]) for part in row["reward_parts"]] == [
            (part.name, part.score, part.weight) for part in member.parts
        ]
        assert row["tools"][0]["function"]["parameters"] == SEARCH.parameters
        assert (row["rollout_id"], row["simulated"]) == (member.rollout_id, True)


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")
def test_pairs_come_back_through_datasets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    worse, better = hard().members
    (row,) = loaded(list(FORMATS["preference"](hard())), tmp_path, monkeypatch)
    assert same(read_messages([*row["prompt"], *row["chosen"]]), better.messages)
    assert same(read_messages([*row["prompt"], *row["rejected"]]), worse.messages)
    assert read_messages(row["prompt"]) == ASKED
    assert (row["chosen_score"], row["rejected_score"]) == (1.0, 0.25)
    assert worse.ids is not None
    assert (row["rejected_tokens"], row["rejected_masks"]) == (list(worse.ids.tokens), list(worse.ids.masks))


def test_no_pair_is_made_of_equals() -> None:
    assert list(FORMATS["preference"](group(0.5, 0.5))) == []
    scores = [(row["chosen_score"], row["rejected_score"]) for row in FORMATS["preference"](group(0.5, 0.0, 1.0))]
    assert scores == [(1.0, 0.0), (1.0, 0.5)]


def test_another_system_text_is_another_prompt() -> None:
    """The best of those that were asked the same is chosen, and who was asked alone is in no pair."""
    made = group(1.0, 0.5, 0.0, 0.25)
    playbook = Message("system", "You are terse. Check the sum.")
    told = (0, 3)
    members = tuple(
        replace(each, messages=(playbook, *each.messages[1:])) if number in told else each
        for number, each in enumerate(made.members)
    )
    found = list(FORMATS["preference"](replace(made, members=members)))
    assert [(row["chosen_score"], row["rejected_score"]) for row in found] == [(0.5, 0.0), (1.0, 0.25)]
    assert [row["prompt"][0]["content"] for row in found] == ["You are terse.", playbook.content]
    alone = replace(made, members=members[:2])
    assert list(FORMATS["preference"](alone)) == []


def from_atif(document: JsonObject) -> tuple[Message, ...]:
    roles = {"agent": "assistant", "user": "user", "system": "system"}
    messages: list[JsonObject] = []
    for step in document["steps"]:
        calls = [
            {
                "id": c["tool_call_id"],
                "function": {"name": c["function_name"], "arguments": c["extra"]["arguments_text"]},
            }
            for c in step.get("tool_calls", ())
        ]
        messages.append({"role": roles[step["source"]], "content": step["message"], "tool_calls": calls})
        for result in step.get("observation", {"results": []})["results"]:
            messages.append(
                {"role": "tool", "content": result["content"], "tool_call_id": result.get("source_call_id")}
            )
    return read_messages(messages)


def test_a_trajectory_comes_back_from_atif() -> None:
    made = hard()
    for document, member in zip(FORMATS["atif"](made), made.members, strict=True):
        assert from_atif(document) == member.messages
        assert [step["step_id"] for step in document["steps"]] == list(range(1, len(document["steps"]) + 1))
        extra = document["extra"]
        assert member.ids is not None
        assert (extra["score"], tuple(extra["tokens"]), tuple(extra["masks"])) == (
            member.score,
            member.ids.tokens,
            member.ids.masks,
        )
    produced = [
        step["metrics"]["completion_token_ids"]
        for step in next(FORMATS["atif"](made))["steps"]
        if step["source"] == "agent"
    ]
    assert produced == [[11, 12], [14], [17, 18, 19]]


def test_a_tool_result_that_nobody_asked_for_keeps_its_id() -> None:
    made = group(1.0)
    orphan = replace(made.members[0], messages=(Message("user", "u"), Message("tool", "r", tool_call_id="x")))
    (document,) = FORMATS["atif"](replace(made, members=(orphan,)))
    assert document["steps"][0]["observation"]["results"] == [{"content": "r", "extra": {"tool_call_id": "x"}}]
    assert list(Draft202012Validator(schemas.ATIF).iter_errors(document)) == []


def from_trace(trace: JsonObject) -> tuple[tuple[Message, ...], list[int], list[bool]]:
    rows, tokens, mask = [], [], []
    for node in trace["nodes"]:
        message = node["message"]
        calls = [{"id": c["id"], "function": c} for c in message.get("tool_calls", ())]
        rows.append({**message, "tool_calls": calls})
        tokens += node["token_ids"]
        mask += node["mask"]
    return read_messages(rows), tokens, mask


def members_with_and_without_known_stretches() -> list[Member]:
    known = hard().members[0]
    assert known.ids is not None
    merged = replace(known.ids, masks=known.ids.tokens)
    return [known, replace(known, ids=merged), replace(known, ids=None)]


@pytest.mark.parametrize("member", members_with_and_without_known_stretches())
def test_a_trajectory_comes_back_from_a_trace(member: Member) -> None:
    (trace, failed) = FORMATS["verifiers"](replace(hard(), members=(member,)))
    messages, tokens, mask = from_trace(trace)
    assert messages == member.messages
    ids = member.ids or TokenIds((), ())
    assert tuple(tokens) == ids.tokens
    assert mask == [each != NO_LOSS for each in ids.masks]
    assert sum(reward["score"] * reward["weight"] for reward in trace["rewards"].values()) == member.score
    assert [node["parent"] for node in trace["nodes"]] == [None, *range(len(trace["nodes"]) - 1)]
    assert (failed["ok"], failed["rewards"], failed["errors"][0]["type"]) == (False, {}, "ModelTimeout")


def test_parts_that_do_not_make_the_score_are_not_told_as_rewards() -> None:
    made = group(1.0)
    (trace, _) = FORMATS["verifiers"](replace(made, members=(replace(made.members[0], score=0.3),)))
    assert trace["rewards"] == {"score": {"score": 0.3, "weight": 1.0}}


def test_what_a_judge_said_goes_along_and_its_tokens_are_none_of_the_students() -> None:
    made = group(1.0)
    grade = ReasoningGrade("judge-1", "1", None, "not graded: timeout", Usage(100, 20, 1, 0.002))
    judged = replace(made, members=(replace(made.members[0], reasoning=grade),))
    (document,) = FORMATS["atif"](judged)
    assert document["extra"]["reasoning"]["reason"] == "not graded: timeout"
    assert document["final_metrics"]["total_prompt_tokens"] == made.members[0].usage.prompt_tokens
    (trace, _) = FORMATS["verifiers"](judged)
    assert trace["info"]["atlas"]["reasoning"]["model"] == "judge-1"
    assert trace["extra_usage"] == [{"prompt_tokens": 100, "completion_tokens": 20, "cost": 0.002}]
    assert trace["calls"][0]["usage"]["prompt_tokens"] == made.members[0].usage.prompt_tokens
    (plain, _) = FORMATS["verifiers"](made)
    assert plain["extra_usage"] == []
    assert "reasoning" not in plain["info"]["atlas"]
