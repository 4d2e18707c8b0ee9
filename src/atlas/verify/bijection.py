"""A bijection: which inserted row stands for which placeholder of the target."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping
from itertools import product

from atlas.verify.inserts import Inserts, alike

Colours = dict[str, int]


def pair(expected: Inserts, actual: Inserts) -> dict[str, str]:
    """Placeholder id -> id of the row that stands for it; each row stands for at most one placeholder.

    When the rows fit exactly, up to renaming of ids, the pairing is such a fit. Otherwise rows of one table are
    paired by likeness, so that a difference can be named by column; placeholders may then stay without a row.
    """
    left, right = _colours(expected, actual)
    if Counter(left.values()) == Counter(right.values()):
        exact = _extend({}, expected, actual, _candidates(left, right))
        if exact is not None:
            return exact
    return _by_likeness(expected, actual, left, right)


def _colours(expected: Inserts, actual: Inserts) -> tuple[Colours, Colours]:
    """Colour refinement (Weisfeiler and Leman, 1968) of both graphs at once: rows that fit have equal colours.

    A colour starts as a row's table, plain columns and places in changed rows, and then takes in the colours of
    the rows it refers to and is used by, until nothing new is told apart.
    """
    graphs = (expected, actual)
    first: dict[Hashable, int] = {}
    colours = [{key: _shared(first, _start(graph, key)) for key in graph.rows} for graph in graphs]
    told_apart = 0
    while told_apart < len(first):
        told_apart = len(first)
        first = {}
        colours = [
            {key: _shared(first, _refined(graph, key, known)) for key in graph.rows}
            for graph, known in zip(graphs, colours, strict=True)
        ]
    return colours[0], colours[1]


def _shared(numbers: dict[Hashable, int], signature: Hashable) -> int:
    return numbers.setdefault(signature, len(numbers))


def _start(graph: Inserts, key: str) -> Hashable:
    row = graph.rows[key]
    return row.table, row.plain, tuple(graph.anchors[key])


def _refined(graph: Inserts, key: str, known: Colours) -> Hashable:
    out = sorted((column, known[other]) for column, other in graph.rows[key].references.items())
    into = sorted((column, known[other]) for column, other in graph.used_by[key])
    return known[key], tuple(out), tuple(into)


def _candidates(left: Colours, right: Colours) -> dict[str, list[str]]:
    by_colour: defaultdict[int, list[str]] = defaultdict(list)
    for key, colour in right.items():
        by_colour[colour].append(key)
    return {key: by_colour[colour] for key, colour in left.items()}


def _extend(
    chosen: dict[str, str], expected: Inserts, actual: Inserts, candidates: Mapping[str, list[str]]
) -> dict[str, str] | None:
    """Complete `chosen` to a fit by backtracking, placeholders in creation order; None when there is none."""
    if len(chosen) == len(expected.rows):
        return chosen
    key = next(key for key in expected.rows if key not in chosen)
    taken = set(chosen.values())
    for row_id in candidates[key]:
        if row_id not in taken and _fits(key, row_id, chosen, expected, actual):
            complete = _extend({**chosen, key: row_id}, expected, actual, candidates)
            if complete is not None:
                return complete
    return None


def _fits(key: str, row_id: str, chosen: Mapping[str, str], expected: Inserts, actual: Inserts) -> bool:
    """Whether `row_id` refers, and is referred to, as the rows chosen so far demand."""
    references = actual.rows[row_id].references
    for column, other in expected.rows[key].references.items():
        if other in chosen and references.get(column) != chosen[other]:
            return False
    return all(
        actual.rows[chosen[user]].references.get(column) == row_id
        for column, user in expected.used_by[key]
        if user in chosen
    )


def _by_likeness(expected: Inserts, actual: Inserts, left: Colours, right: Colours) -> dict[str, str]:
    """Greedy pairing, most alike first; tables in creation order, so that parents are paired before children."""
    chosen: dict[str, str] = {}
    for table in dict.fromkeys(row.table for row in expected.rows.values()):
        free = [key for key, row in actual.rows.items() if row.table == table]
        wanted = [key for key, row in expected.rows.items() if row.table == table]
        ranked = sorted(
            (-_likeness(key, row_id, chosen, expected, actual), left[key] != right[row_id], place, key, row_id)
            for place, (key, row_id) in enumerate(product(wanted, free))
        )
        for *_, key, row_id in ranked:
            if key not in chosen and row_id not in chosen.values():
                chosen[key] = row_id
    return chosen


def _likeness(key: str, row_id: str, chosen: Mapping[str, str], expected: Inserts, actual: Inserts) -> int:
    want, have = expected.rows[key], actual.rows[row_id]
    agree = sum(have.references.get(column) == chosen.get(other, "") for column, other in want.references.items())
    return alike(want, have) + agree
