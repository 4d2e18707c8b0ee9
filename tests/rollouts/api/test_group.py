"""Groups on the wire: lenient with numbers, strict with shapes, in one form afterwards."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas.rollouts.api.group import KEYS, read_group, read_groups
from atlas.rollouts.api.refusal import Refusal

PLAIN = {"tokens": [[1, 2], [3]], "masks": [[-100, 2], [3]], "scores": [1.0, 0.5]}


def refused(change: dict[str, Any] | bytes) -> Refusal:
    body = change if isinstance(change, bytes) else json.dumps(PLAIN | change).encode()
    with pytest.raises(Refusal) as caught:
        read_group(body)
    assert caught.value.status == 422
    return caught.value


def test_every_group_has_the_14_keys() -> None:
    read = read_group(json.dumps(PLAIN | {"unknown": 1}).encode())
    assert json.loads(read.body) == dict.fromkeys(KEYS) | PLAIN
    assert len(KEYS) == 14
    assert (read.env_id, read.sequences) == (None, 2)


def test_numbers_are_read_leniently() -> None:
    body = b'{"tokens":[[1.0,"2"]],"masks":[[1,2]],"scores":["2"],"env_id":"3"}'
    read = read_group(body)
    assert json.loads(read.body)["tokens"] == [[1, 2]]
    assert json.loads(read.body)["scores"] == [2.0]
    assert read.env_id == 3


def test_what_existing_environments_send_for_absent_fields() -> None:
    empty: dict[str, Any] = {key: [] for key in ("advantages", "ref_logprobs", "messages", "overrides", "images")}
    sent = PLAIN | empty | {"group_overrides": {}, "inference_logprobs": None, "env_id": 77}
    assert json.loads(read_group(json.dumps(sent).encode()).body) == dict.fromkeys(KEYS) | sent


def test_everything_at_once_comes_back() -> None:
    full = PLAIN | {
        "advantages": [[0.5, 0.25], [1.0]],
        "ref_logprobs": [[-0.5, -1.0], [-2.0]],
        "messages": [[{"role": "user", "content": None, "x": [1]}], [{"role": "user", "content": "é\0"}]],
        "generation_params": {"temperature": 0.7},
        "inference_logprobs": [[1.0, -0.5], [-0.5]],
        "overrides": [{"set_advantage_to_zero": True}, {}],
        "group_overrides": {"group_size": 2},
        "images": ["data:"],
        "env_id": -1,
        "distill_token_ids": [[[1, 2], [3, 4]], [[5, 6]]],
        "distill_logprobs": [[[-1.0, -2.0], [-1.0, -2.0]], [[-1.0, -2.0]]],
    }
    assert full.keys() == set(KEYS)
    assert json.loads(read_group(json.dumps(full).encode()).body) == full


@pytest.mark.parametrize(
    ("change", "place", "reason"),
    [
        ({"tokens": []}, ("tokens",), "at least one sequence"),
        ({"tokens": [[1, 2], []]}, ("tokens", 1), "at least one token"),
        ({"masks": []}, ("masks",), "0 entries for 2 sequences"),
        ({"masks": [[1], [3]]}, ("masks", 0), "1 entries for 2 tokens"),
        ({"scores": [1.0]}, ("scores",), "1 entries for 2 sequences"),
        ({"scores": [1.0, float("nan")]}, ("scores", 1), "not a finite number"),
        ({"scores": ["inf", 1]}, ("scores", 0), "not a finite number"),
        ({"images": {"x": [float("-inf")]}}, ("images", "x", 0), "not a finite number"),
        ({"inference_logprobs": [[1.0, "nan"], [1.0]]}, ("inference_logprobs", 0, 1), "not a finite number"),
        ({"inference_logprobs": [[1.0], [1.0]]}, ("inference_logprobs", 0), "1 entries for 2 tokens"),
        ({"advantages": [[1.0, 2.0]]}, ("advantages",), "1 entries for 2 sequences"),
        ({"advantages": [[1.0]]}, ("advantages",), "1 entries for 2 sequences"),
        ({"overrides": [{}]}, ("overrides",), "1 entries for 2 sequences"),
        ({"messages": [["a"], ["b"]]}, ("messages", 0, 0), "Expected `object`"),
        ({"messages": [[{"role": "user"}], []]}, ("messages", 0, 0), "a message needs content"),
        ({"distill_token_ids": [[[1]], [[1]]]}, ("distill_token_ids", 0), "1 entries for 2 tokens"),
        (
            {"distill_token_ids": [[[1], [1]], [[1]]], "distill_logprobs": [[[-1.0], []], [[-1.0]]]},
            ("distill_logprobs", 0),
            "not as many logprobs",
        ),
        ({"tokens": [[1.5, 2], [3]]}, ("tokens", 0, 0), "Expected `int`, got `float`"),
        ({"tokens": "x"}, ("tokens",), "Expected `array`"),
        ({"env_id": 2**63}, ("env_id",), "Expected `int` <="),
        (b'{"tokens":[[1]],"masks":[[1]]}', (), "missing required field `scores`"),
        (b"[]", (), "Expected `object`, got `array`"),
        (b"{", (), "truncated"),
        (b"", (), "truncated"),
        (b"\xff", (), "invalid"),
        (b'{"images":' + b"[" * 100_000, (), "nested too deeply"),
    ],
)
def test_what_cannot_be_trained_on_is_refused(
    change: dict[str, Any] | bytes, place: tuple[str | int, ...], reason: str
) -> None:
    refusal = refused(change)
    assert refusal.place == place
    assert reason in refusal.reason


def test_a_list_names_the_group() -> None:
    body = json.dumps([PLAIN, PLAIN | {"scores": [1.0, float("nan")]}]).encode()
    with pytest.raises(Refusal) as caught:
        read_groups(body)
    assert caught.value.place == (1, "scores", 1)
    with pytest.raises(Refusal) as caught:
        read_groups(json.dumps([PLAIN, PLAIN | {"scores": []}]).encode())
    assert caught.value.place == (1, "scores")
    assert len(read_groups(json.dumps([PLAIN] * 3).encode())) == 3


@given(st.lists(st.lists(st.tuples(st.integers(0, 2**40), st.floats(-1e308, 1e308)), min_size=1), min_size=1))
def test_every_well_formed_group_survives(rows: list[list[tuple[int, float]]]) -> None:
    group = {
        "tokens": [[token for token, _ in row] for row in rows],
        "masks": [[-100 for _ in row] for row in rows],
        "scores": [row[0][1] for row in rows],
        "inference_logprobs": [[logprob for _, logprob in row] for row in rows],
    }
    read = json.loads(read_group(json.dumps(group).encode()).body)
    assert read == dict.fromkeys(KEYS) | group
