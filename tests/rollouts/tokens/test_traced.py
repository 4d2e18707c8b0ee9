from __future__ import annotations

from collections.abc import Callable

import pytest

from atlas.rollouts.tokens.traced import Run, Traced, concat, join, source

TEXT = " a<x>b</x> c "


def traced() -> Traced:
    return source(TEXT, 3, "content")


@pytest.mark.parametrize(
    "operation",
    [
        lambda text: text.strip(),
        lambda text: text.lstrip(" a"),
        lambda text: text.rstrip(),
        lambda text: text[2:5],
        lambda text: text[-4:],
        lambda text: text[5:2],
        lambda text: text.split("x")[1],
        lambda text: text.split()[-1],
        lambda text: text.rsplit("x", 1)[0],
        lambda text: text.splitlines()[0],
        lambda text: text.partition("<x>")[2],
        lambda text: text.rpartition("</x>")[0],
        lambda text: text.removeprefix(" a"),
        lambda text: text.removesuffix(" c "),
        lambda text: text.removesuffix("none"),
    ],
)
def test_a_part_is_the_same_text_and_knows_where_it_was(operation: Callable[[str], str]) -> None:
    part = operation(traced())
    assert str.__str__(part) == operation(TEXT)
    assert isinstance(part, Traced)
    for run in part.runs:
        assert part[run.start : run.end] == TEXT[run.offset : run.offset + run.end - run.start]
    assert sum(run.end - run.start for run in part.runs) == len(part)


def test_texts_put_together_keep_their_runs() -> None:
    both = "<" + source("ab", 0, "content") + ">" + source("c", 1, "content")
    assert both == "<ab>c"
    assert both.runs == (Run(1, 3, 0, "content", 0), Run(4, 5, 1, "content", 0))
    assert join(", ", [source("a", 0, "content"), "b"]).runs == (Run(0, 1, 0, "content", 0),)
    assert concat(["x", str(both)]).runs[0].start == 2
    replaced = both.replace(">", "--")
    assert isinstance(replaced, Traced)
    assert (str.__str__(replaced), replaced.runs[1]) == ("<ab--c", Run(5, 6, 1, "content", 0))
    assert both.replace("", "x") is both


def test_an_empty_text_keeps_its_place() -> None:
    assert ("<" + source("", 2, "content") + ">").runs == (Run(1, 1, 2, "content", 0),)
    assert ("<" + source("  ", 2, "content").strip() + ">").runs == (Run(1, 1, 2, "content", 0),)


def test_other_operations_give_plain_text() -> None:
    assert type(traced().upper()) is str
    assert type(traced()[0]) is str
    assert type(traced()[::2]) is str
