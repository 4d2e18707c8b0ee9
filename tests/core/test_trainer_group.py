from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from atlas.core.group import TokenIds
from atlas.core.trainer_group import TRAINER_KEYS, TrainerGroup, check_trainer_group, trainer_group
from tests.rollouts.samples import group


def test_the_keys_are_those_of_the_protocol() -> None:
    assert TRAINER_KEYS == (
        "tokens", "masks", "scores", "advantages", "ref_logprobs", "messages", "generation_params",
        "inference_logprobs", "overrides", "group_overrides", "images", "env_id", "distill_token_ids",
        "distill_logprobs",
    )  # fmt: skip


def test_every_list_has_one_item_a_member_and_none_for_a_failure() -> None:
    made = trainer_group(group(0.0, 1.0), env_id=3)
    assert (made.scores, made.env_id, made.generation_params) == ([0.0, 1.0], 3, {"temperature": 1.0})
    assert made.masks == [[-100, 2, 3]] * 2
    assert made.messages is not None
    assert len(made.messages) == 2
    check_trainer_group(made)


def test_what_is_unknown_for_one_member_is_unknown_for_the_group() -> None:
    made = group(0.0, 1.0)
    bare = replace(made.members[1], ids=TokenIds((1,), (-100,)))
    half = trainer_group(replace(made, members=(made.members[0], bare)))
    assert half.advantages is None
    assert half.ref_logprobs is None
    assert half.overrides is None
    assert half.distill_token_ids is None
    assert trainer_group(replace(made, members=(replace(bare, ids=None),))).tokens == [[]]
    assert trainer_group(replace(made, members=(replace(bare, messages=()),))).messages is None


def test_what_one_member_overrides_stands_beside_nothing_for_the_others() -> None:
    made = group(0.0, 1.0)
    zero = replace(made.members[0], overrides={"set_advantage_to_zero": True})
    changed = trainer_group(replace(made, members=(zero, made.members[1]), group_overrides={"group_size": 2}))
    assert changed.overrides == [{"set_advantage_to_zero": True}, {}]
    assert changed.group_overrides == {"group_size": 2}


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"masks": []}, "masks: 0 items for 1 scores"),
        ({"masks": [[1]]}, r"masks\[0\]: 1 items for 2 tokens"),
        ({"advantages": [[0.5]]}, r"advantages\[0\]: 1 items for 2 tokens"),
        ({"scores": [float("nan")]}, r"scores\[0\]: nan is no finite number"),
        ({"advantages": [[0.5, float("inf")]]}, r"advantages\[0\]\[1\]: inf"),
        ({"distill_logprobs": [[[0.0], [float("nan")]]]}, r"distill_logprobs\[0\]\[1\]\[0\]: nan"),
        ({"messages": [[], []]}, "messages: 2 items for 1 scores"),
    ],
)
def test_what_does_not_fit_is_named(wrong: dict[str, Any], sentence: str) -> None:
    right = TrainerGroup([[1, 2]], [[-100, 2]], [1.0])
    check_trainer_group(right)
    with pytest.raises(ValueError, match=sentence):
        check_trainer_group(replace(right, **wrong))
