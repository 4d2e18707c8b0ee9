from __future__ import annotations

from dataclasses import replace

import pytest

from atlas.core.json import JsonValue
from atlas.core.trainer_group import TrainerGroup
from atlas.core.wire_messages import read_messages
from atlas.errors import InputError
from atlas.rollouts.tokens.tokenizer import ChatTokenizer, tokenise_group
from atlas.rollouts.training.arrival import Arrival, arrival
from atlas.rollouts.training.rows import Rows, Unusable, check_tokenizer
from tests.rollouts.samples import called, group
from tests.rollouts.tokens.templates import chat_tokenizer


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory: pytest.TempPathFactory) -> ChatTokenizer:
    return chat_tokenizer(tmp_path_factory.mktemp("tokenizer"), "hermes")


@pytest.fixture
def arrived(tokenizer: ChatTokenizer) -> Arrival:
    return arrival(tokenise_group(group(0.25, 1.0), tokenizer))


def test_messages_are_written_as_trainers_read_them(arrived: Arrival) -> None:
    row = Rows(None, save_messages=True, max_tokens=10).imitate(arrived, 1)
    assert (row["score"], set(row)) == (1.0, {"messages", "score", "tools", "simulated"})
    assert read_messages(row["messages"]) == called("Answer 1.", '{"query":"Acme"}')
    assert row["messages"][2]["tool_calls"][0]["function"]["arguments"] == {"query": "Acme"}
    assert row["tools"][0]["function"]["name"] == "search"


def test_text_is_cut_where_the_model_first_spoke(tokenizer: ChatTokenizer, arrived: Arrival) -> None:
    rows = Rows(tokenizer, save_messages=False, max_tokens=2048)
    row = rows.imitate(arrived, 1)
    assert row["prefix"].endswith("How many quotes has Acme?<|im_end|>\n<|im_start|>assistant\n")
    assert row["completion"].startswith('Looking.\n<tool_call>\n{"name": "search"')
    assert row["completion"].endswith("Answer 1.<|im_end|>\n")
    assert row["simulated"] is True
    assert "simulated" not in rows.imitate(replace(arrived, simulated=False), 1)
    pair = rows.prefer(arrived, 1, 0)
    assert pair["prefix"] == row["prefix"]
    assert (pair["score"], pair["neg_score"]) == (1.0, 0.25)
    assert pair["neg"].endswith("Answer 0.<|im_end|>\n")


def test_without_a_useful_mask_what_a_group_begins_with_is_the_prompt(tokenizer: ChatTokenizer) -> None:
    texts = ["Question: é? Answer: è", "Question: é? Answer: ê"]
    ids = [tokenizer._tokenizer.encode(text).ids for text in texts]
    theirs = Arrival(TrainerGroup(ids, [[1] * len(each) for each in ids], [1.0, 0.0]))
    rows = Rows(tokenizer, save_messages=False, max_tokens=2048)
    # The two differ in the second byte of a character, which is not cut.
    assert rows.imitate(theirs, 0) == {"prefix": "Question: é? Answer: ", "completion": "è", "score": 1.0}
    assert rows.prefer(theirs, 0, 1)["neg"] == "ê"
    alone = Arrival(TrainerGroup(ids[:1], [[1] * len(ids[0])], [1.0]))
    assert rows.imitate(alone, 0)["prefix"] == ""


def test_what_was_not_tokenised_is_tokenised_first(tokenizer: ChatTokenizer, arrived: Arrival) -> None:
    bare = replace(arrived, group=replace(arrived.group, tokens=[[], []], masks=[[], []]))
    row = Rows(tokenizer, save_messages=False, max_tokens=2048).imitate(bare, 0)
    assert row["prefix"] + row["completion"] == tokenizer.decode(arrived.group.tokens[0])
    assert row["completion"].startswith("Looking.")
    with pytest.raises(Unusable, match=r"--max-token-len \(50\)"):
        Rows(tokenizer, save_messages=True, max_tokens=50).check(bare, 0)
    Rows(tokenizer, save_messages=True, max_tokens=2048).check(bare, 0)


def test_what_cannot_be_a_row_is_unusable(tokenizer: ChatTokenizer, arrived: Arrival) -> None:
    with pytest.raises(Unusable, match=r"as long as --max-token-len \(50\) or longer"):
        Rows(tokenizer, save_messages=True, max_tokens=50).check(arrived, 0)
    Rows(tokenizer, save_messages=True, max_tokens=2048).check(arrived, 0)
    Rows(None, save_messages=True, max_tokens=50).check(arrived, 0)
    others: list[list[JsonValue] | None] = [None, [[], []], ["# Chat", "# Chat"]]
    for lost in others:
        silent = replace(arrived, group=replace(arrived.group, messages=lost))
        with pytest.raises(Unusable, match="it came without messages"):
            Rows(None, save_messages=True, max_tokens=50).check(silent, 0)
    bare = TrainerGroup([[]], [[]], [1.0], messages=[[{"role": "assistant", "content": 5}]])
    with pytest.raises(Unusable, match="text or a list of parts is due"):
        Rows(tokenizer, save_messages=False, max_tokens=50).check(Arrival(bare), 0)


def test_messages_of_others_are_handed_on_as_they_came() -> None:
    image = [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "x"}}]}]
    theirs = Arrival(TrainerGroup([[1]], [[1]], [1.0], messages=[image]))
    assert Rows(None, save_messages=True, max_tokens=9).imitate(theirs, 0) == {"messages": image, "score": 1.0}


def test_text_needs_a_tokenizer(tokenizer: ChatTokenizer) -> None:
    check_tokenizer(tokenizer, save_messages=False)
    check_tokenizer(None, save_messages=True)
    with pytest.raises(InputError, match="--tokenizer is missing"):
        check_tokenizer(None, save_messages=False)
