"""Disjointness: nothing is tried on what it was learned from, however the tasks are split."""

from __future__ import annotations

from random import Random

import pytest

from atlas.core.trial import Fingerprint
from atlas.errors import OverlapError
from atlas.learning.disjoint import Evidence, require_disjoint


def task(name: str, texts: tuple[str, ...] = (), records: tuple[str, ...] = ()) -> Fingerprint:
    return Fingerprint(name, texts or (f"says {name}",), records or (f"record {name}",))


def test_tasks_that_share_nothing_pass() -> None:
    require_disjoint([task("a"), task("b")], Evidence([task("c"), task("d")]))


@pytest.mark.parametrize(
    ("tried", "said"),
    [
        (task("c", ("x",), ("y",)), "task c is among those learned from"),
        (task("a", ("new", "says c")), "task a says the same as c ('says c')"),
        (task("a", records=("new", "record d")), "task a shares its world with d ('record d')"),
    ],
)
def test_each_kind_of_overlap_is_named(tried: Fingerprint, said: str) -> None:
    with pytest.raises(OverlapError) as refused:
        require_disjoint([task("b"), tried], Evidence([task("c"), task("d")]))
    assert said in str(refused.value)
    assert refused.value.exit_code == 2


def test_of_many_overlaps_some_are_named_and_the_rest_counted() -> None:
    learned = [task(str(number)) for number in range(9)]
    with pytest.raises(OverlapError, match=r"task 0 .*; and 24 more;"):
        require_disjoint(learned, Evidence(learned))


def test_a_thousand_splits_are_refused_exactly_when_something_is_shared() -> None:
    """Against the definition itself, on splits of which some share a task, some a wording, some a record."""
    refused = 0
    for seed in range(1000):
        draw = Random(seed)
        words, records = ([f"{kind}{n}" for n in range(400)] for kind in "tw")
        tasks = [
            Fingerprint(f"c{n}", tuple(draw.sample(words, 3)), tuple(draw.sample(records, 3))) for n in range(16)
        ]
        learned = draw.sample(tasks, draw.randint(0, 8))
        slice_ = [t for t in tasks if t not in learned or draw.random() < 0.02][: draw.randint(1, 8)]
        shared = any(
            a.task == b.task or {*a.texts} & {*b.texts} or {*a.records} & {*b.records}
            for a in slice_
            for b in learned
        )
        evidence = Evidence(learned)
        assert any(map(evidence.shares, slice_)) == shared
        try:
            require_disjoint(slice_, evidence)
        except OverlapError:
            refused += 1
            assert shared, f"seed {seed}: refused for nothing"
        else:
            assert not shared, f"seed {seed}: an overlap went through"
    assert 200 < refused < 800, "both kinds of split were there"
