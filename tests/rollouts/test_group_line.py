from __future__ import annotations

from dataclasses import replace
from typing import Any

import orjson
import pytest

from atlas.core.group import ReasoningGrade, TokenIds
from atlas.core.messages import Usage
from atlas.core.trainer_group import TRAINER_KEYS
from atlas.rollouts.group_line import group_line, parse_group, parse_trainer_group
from tests.rollouts.samples import group

GRADES = (
    ReasoningGrade("j", "1", 0.5, "Step 1 guessed.", Usage(100, 20, 1, 0.002)),
    ReasoningGrade("j", "1", None, "not graded: timeout", Usage(0, 0, 0, None)),
)


def line(**values: Any) -> bytes:
    return orjson.dumps({"tokens": [[1]], "masks": [[1]], "scores": [1.0], **values})


def test_a_group_comes_back_as_it_was() -> None:
    made = group(0.0, 1.0)
    assert parse_group(group_line(made), "x") == made
    rows = (0.5, 0.5, 0.5)
    full = TokenIds((1, 2, 3), (-100, 2, 3), rows, rows, rows, ((1, 2),) * 3, ((0.1, 0.2),) * 3)
    rich = replace(
        made,
        members=tuple(
            replace(each, ids=full, overrides={"a": 1}, reasoning=grade)
            for each, grade in zip(made.members, GRADES, strict=True)
        ),
        group_overrides={"group_size": 2},
        images=["aGk="],
    )
    assert parse_group(group_line(rich), "x") == rich
    bare = replace(made, members=tuple(replace(each, ids=None) for each in made.members))
    assert parse_group(group_line(bare), "x") == bare
    only_failures = group()
    assert parse_group(group_line(only_failures), "x") == only_failures


def test_a_line_holds_every_key_of_the_protocol_and_is_one_line() -> None:
    text = group_line(group(0.0, 1.0))
    assert text.count(b"\n") == 1
    assert set(orjson.loads(text)) == {*TRAINER_KEYS, "atlas"}


def test_a_line_of_another_is_read_with_what_it_says() -> None:
    theirs = line(scores=["1"], tokens=[[1.0]], advantages=[], messages=[[{"role": "user", "content": "hi"}]])
    read = parse_group(theirs, "f.jsonl:3")
    assert (read.group_id, read.members[0].rollout_id, read.scores) == ("f.jsonl:3", "f.jsonl:3/0", (1.0,))
    assert read.members[0].ids == TokenIds((1,), (1,))
    as_it_is = line(messages=["# A chat"])
    assert parse_trainer_group(as_it_is).messages == ["# A chat"]
    assert parse_trainer_group(line(tokens=[], masks=[])).tokens == [[]]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (b"{", "this is no JSON"),
        (b"[]", "expected a JSON object"),
        (b'{"scores": [1]}', "missing required field `tokens`"),
        (line(masks=[[1, 2]]), r"masks\[0\]: 2 items for 1 tokens"),
        (line(scores=["nan"]), r"scores\[0\]: nan is no finite number"),
        (line(messages=["# A chat"]), r"messages\[0\]a list of messages is due"),
        (line(atlas={"group_id": 1}), "atlas: Expected `str`"),
        (group_line(group(0.0)).replace(b'"members":[{', b'"members":[{"rollout_id":"y"},{'), "members: 2 items"),
    ],
)
def test_a_line_that_is_wrong_says_why(text: bytes, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        parse_group(text, "x")


def test_a_number_that_json_has_not_is_not_written() -> None:
    with pytest.raises(ValueError, match=r"scores\[1\]: nan"):
        group_line(group(0.0, float("nan")))
