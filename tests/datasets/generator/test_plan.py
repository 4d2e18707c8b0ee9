"""The plan: what a generated set holds, and that equal seeds give equal bytes."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter

import pytest

from atlas.core.json import dumps
from atlas.datasets.audit.refusals import CATEGORIES
from atlas.datasets.conversation import (
    TURN_RANGE,
    ConversationTurn,
    Split,
    conversation_line,
    parse_conversation,
)
from atlas.datasets.generator import generate, generate_set
from atlas.datasets.generator.tool_shares import TASK_COUNTS
from atlas.datasets.older_format import placeholders
from atlas.environments.crm.tools import SPECS
from tests.datasets.generator.sets import DATA, SPLITS, benchmark, everything, of_split, shipped, utterances

FLOOR = 8
"""Fewest turns that each tool decides in the test split of the benchmark."""
WRITES = {spec.name for spec in SPECS if spec.writes}


def bytes_of(seed: int, count: int, split: Split) -> bytes:
    return "".join(map(conversation_line, generate(seed, count, split))).encode()


def test_the_shipped_file_is_what_seed_42_gives() -> None:
    assert (DATA / "dev.jsonl").read_bytes() == "".join(map(conversation_line, shipped())).encode()
    assert Counter(row.split for row in shipped()) == {"train": 40, "test": 40, "transfer": 20}


def test_the_shipped_benchmark_is_what_seed_42_gives() -> None:
    assert (DATA / "crm_1200.jsonl").read_bytes() == "".join(map(conversation_line, benchmark())).encode()
    assert Counter(row.split for row in benchmark()) == {"train": 500, "test": 400, "transfer": 300}


def test_each_tool_decides_at_least_eight_turns_of_the_benchmarks_test_split() -> None:
    tools = Counter(turn.expected_tool for row in benchmark() if row.split == "test" for turn in row.turns)
    assert {spec.name: tools[spec.name] for spec in SPECS if tools[spec.name] < FLOOR} == {}


@pytest.mark.parametrize("split", ["train", "test"])
def test_the_tools_of_the_benchmark_follow_the_published_counts(split: Split) -> None:
    tools = Counter(turn.expected_tool for row in benchmark() if row.split == split for turn in row.turns)
    leading = sorted(TASK_COUNTS, key=lambda tool: -TASK_COUNTS[tool])[:6]
    assert {tool for tool, _ in tools.most_common(6)} == set(leading)
    assert sum(tools[tool] for tool in leading) > 0.6 * tools.total()


@pytest.mark.parametrize(("split", "missing"), [("train", 0), ("test", 0), ("transfer", 3)])
def test_the_benchmark_holds_every_failure_category(split: Split, missing: int) -> None:
    """In transfer all but those of file names, which no family of it is about."""
    turns = [turn for row in benchmark() if row.split == split for turn in row.turns]
    found = Counter(turn.failure_category for turn in turns if turn.failure_category)
    assert len(set(CATEGORIES) - set(found)) == missing


@pytest.mark.parametrize("split", SPLITS)
def test_a_fifth_of_the_benchmark_refuses_something(split: Split) -> None:
    rows = [row for row in benchmark() if row.split == split]
    assert sum(row.contains_failure for row in rows) >= 0.2 * len(rows)


def test_no_deal_of_the_benchmark_is_known_in_two_splits() -> None:
    seen: dict[str, set[str]] = {}
    for row in benchmark():
        for deal in row.initial_entities.seed_data["Opportunity"].values():
            seen.setdefault(str(deal["name"]), set()).add(row.split)
    assert {name for name, splits in seen.items() if len(splits) > 1} == set()


def test_the_benchmark_says_things_in_many_ways() -> None:
    said = utterances(benchmark())
    assert len(set(said)) >= 0.95 * len(said)
    assert len({re.sub(r"\d+", "#", re.sub(r"\b[A-Z]\w*", "N", text)) for text in said}) >= 600


@pytest.mark.parametrize("split", SPLITS)
def test_requests_in_several_parts_occur_in_every_split(split: Split) -> None:
    rows = [row for row in benchmark() if row.split == split]
    several = sum(len(writes(turn)) > 1 or fields(turn) > 1 for row in rows for turn in row.turns)
    assert several > 0.02 * sum(len(row.turns) for row in rows)


def writes(turn: ConversationTurn) -> list[str]:
    return [call.tool for call in turn.calls if call.tool in WRITES]


def fields(turn: ConversationTurn) -> int:
    """How many fields a change sets."""
    return len(turn.expected_args) - 1 if (turn.expected_tool or "").startswith("modify_") else 0


@pytest.mark.parametrize("split", SPLITS)
def test_the_same_seed_gives_the_same_bytes(split: Split) -> None:
    assert bytes_of(3, 12, split) == bytes_of(3, 12, split)


def test_bytes_do_not_depend_on_the_hash_seed() -> None:
    script = (
        "from atlas.datasets.conversation import conversation_line as line;"
        "from atlas.datasets.generator import generate;"
        "import sys; sys.stdout.write(''.join(map(line, generate(3, 12, 'transfer'))))"
    )
    made = [
        subprocess.run(
            [sys.executable, "-c", script],
            check=True,
            capture_output=True,
            env=os.environ | {"PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    ]
    assert made[0] == made[1] == bytes_of(3, 12, "transfer")


def test_other_seeds_and_splits_give_other_conversations() -> None:
    assert len({bytes_of(seed, 5, split) for seed in (1, 2, 3) for split in SPLITS}) == 9
    first, second = generate(1, 20, "train"), generate(2, 20, "train")
    assert not {dumps(row.initial_entities) for row in first} & {dumps(row.initial_entities) for row in second}


def test_train_and_test_share_no_conversation_no_world_and_no_record() -> None:
    for rows in (shipped(), everything()):
        train, test = ([row for row in rows if row.split == split] for split in ("train", "test"))
        assert train
        assert test
        for shown in (
            lambda row: {row.conversation_id},
            lambda row: {dumps(row.turns)},
            lambda row: {dumps(row.initial_entities)},
            lambda row: {row_id for rows in row.initial_entities.seed_data.values() for row_id in rows},
        ):
            assert not {x for row in train for x in shown(row)} & {x for row in test for x in shown(row)}


def test_names_are_unique() -> None:
    for rows in (shipped(), *(of_split(split) for split in SPLITS)):
        assert len({row.conversation_id for row in rows}) == len(rows)


def test_families_of_transfer_occur_in_no_other_split() -> None:
    by_split = {split: {row.family for row in everything() if row.split == split} for split in SPLITS}
    assert by_split["transfer"]
    assert not by_split["transfer"] & (by_split["train"] | by_split["test"])
    assert by_split["train"] == by_split["test"]


def test_every_row_survives_the_strict_parser() -> None:
    for row in everything():
        assert parse_conversation(conversation_line(row), path="f", line=1) == row


def test_complexity_says_how_many_turns_there_are() -> None:
    for row in everything():
        fewest, most = TURN_RANGE[row.complexity_level]
        assert fewest <= len(row.turns) <= most
    for split in SPLITS:
        levels = Counter(row.complexity_level for row in of_split(split))
        assert levels == {"simple": 15, "medium": 30, "complex": 15}


@pytest.mark.parametrize("split", SPLITS)
def test_at_least_a_fifth_refuses_something(split: Split) -> None:
    rows = of_split(split)
    assert sum(row.contains_failure for row in rows) >= 0.2 * len(rows)
    ours = [row for row in shipped() if row.split == split]
    assert sum(row.contains_failure for row in ours) >= 0.2 * len(ours)


def test_refusals_are_of_many_kinds() -> None:
    kinds = Counter(turn.failure_category for row in shipped() for turn in row.turns if turn.failure_category)
    assert len(kinds) >= 5
    assert all(not (row.contains_failure and len(row.turns) == 1) for row in everything())


def sizes() -> list[int]:
    return [sum(map(len, row.initial_entities.seed_data.values())) for row in everything()]


def test_worlds_have_at_least_20_records() -> None:
    assert min(sizes()) >= 20


def test_worlds_have_at_most_60_records() -> None:
    assert max(sizes()) <= 60


def test_no_utterance_holds_a_placeholder_or_an_unfilled_choice() -> None:
    for text in utterances(everything()):
        assert not placeholders(text), text
        assert not set(text) & set("{}[]|\x00"), text
        assert "None" not in text.split(), text


def test_every_conversation_needs_a_tool() -> None:
    for row in everything():
        said = " ".join(turn.user_utterance for turn in row.turns).lower()
        writes = any(turn.expect_success and turn.expected_tool in WRITES for turn in row.turns)
        facts = [fact.value.lower() for turn in row.turns for fact in turn.expected_response.facts]
        assert writes or any(fact not in said for fact in facts), row.conversation_id


def test_a_write_that_must_succeed_changes_the_final_state() -> None:
    for row in everything():
        kinds = {turn.expected_tool for turn in row.turns if turn.expect_success}
        if row.final_expected_state.empty:
            assert not kinds & WRITES - {"ensure_client"}, row.conversation_id
        else:
            assert kinds & WRITES, row.conversation_id


def test_at_least_95_percent_of_the_utterances_are_distinct() -> None:
    for rows in (shipped(), everything()):
        said = utterances(rows)
        assert len(set(said)) >= 0.95 * len(said)


def test_turns_refer_only_backwards() -> None:
    for row in everything():
        for turn in row.turns:
            assert all(1 <= earlier < turn.turn_id for earlier in turn.references_previous_turns)


def test_a_set_is_its_splits_in_order() -> None:
    rows = generate_set(5, {"test": 3, "train": 2})
    assert [row.split for row in rows] == ["test"] * 3 + ["train"] * 2
    assert rows[:3] == generate(5, 3, "test")
    assert generate(5, 0, "train") == []
