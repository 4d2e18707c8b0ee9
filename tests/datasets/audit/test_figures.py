"""Figures: the numbers of a file."""

from __future__ import annotations

from pathlib import Path

from atlas.datasets.audit.figures import data_card_figures, figures_of
from tests.datasets.audit.making import current, old, says, talk
from tests.datasets.samples import bent, conversation, failing_turn, lines_of

FAILING = bent(failing_turn(), "failure_category", "past_date")


def test_every_number_of_a_small_set() -> None:
    rows = [
        current(("cumulative_context", {"paraphrased_by": "m"})),
        talk(says("Find Acme Foods"), says("And that deal?"), FAILING, name="c-2", line=2),
        old(line=3),
    ]
    figures = figures_of(rows)
    assert (figures.conversations, figures.turns) == (3, 5)
    assert figures.splits == {"-": 1, "test": 2}
    assert figures.split_turns == {"-": 1, "test": 4}
    assert figures.families == {"-": {"-": 1}, "test": {"deal_updates": 2}}
    assert figures.complexity == {"simple": 3}
    assert figures.complexity_share("simple") == 1.0
    assert figures.lengths == {1: 2, 3: 1}
    assert figures.world_rows == (2, 2, 2)
    assert figures.distractors["shared surnames"] == 0
    assert (figures.refusing, figures.categories) == (1, {"past_date": 1})
    assert figures.tools == {"-": {"modify_opportunity": 1}, "test": {"client_search": 2, "modify_opportunity": 2}}
    assert (figures.distinct, figures.distinct_share) == (3, 0.6)
    assert (figures.masked, figures.scripts) == (3, 2)
    assert (figures.later_turns, figures.back_references, figures.back_reference_share) == (2, 1, 0.5)
    assert figures.paraphrased == {"m": 1}


def test_supporting_calls_count_as_calls_and_not_as_deciding() -> None:
    call = {"tool": "client_search", "arguments": {}}
    figures = figures_of([current(("turns.0.supporting_calls", [call, call]))])
    assert figures.tools["test"] == {"modify_opportunity": 1}
    assert figures.calls["test"] == {"client_search": 1, "modify_opportunity": 1}


def test_nothing_has_no_shares() -> None:
    figures = figures_of([])
    assert (figures.distinct_share, figures.refusing_share, figures.back_reference_share) == (0.0, 0.0, 0.0)
    assert figures.complexity_share("simple") == 0.0


def test_a_file_gives_what_its_rows_give(tmp_path: Path) -> None:
    path = lines_of(tmp_path / "f.jsonl", conversation("a"), conversation("b"))
    assert data_card_figures(path) == figures_of([current(name="a"), current(name="b")])
