"""The operators: every kind of mutant by name, and a fair sample of them all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from hashlib import blake2b
from random import Random
from typing import TypeAlias

from atlas.verify.mutants.arguments import wrong_amount, wrong_date, wrong_enum, wrong_record
from atlas.verify.mutants.calls import dropped_call, duplicated_call, reordered_calls, success_claimed
from atlas.verify.mutants.replies import (
    denied_fact,
    fact_left_out,
    refusal_and_claim,
    refusal_without_reason,
    reply_of_another_turn,
    wrong_confirmation,
    wrong_fact,
)
from atlas.verify.mutants.script import Mutant, Original
from atlas.verify.mutants.writes import extra_write, refusal_obeyed, rolled_back

Operator: TypeAlias = Callable[[Original, Random], Iterator[Mutant]]

OPERATORS: dict[str, Operator] = {
    operator.__name__: operator
    for operator in (
        dropped_call,
        duplicated_call,
        reordered_calls,
        wrong_record,
        wrong_amount,
        wrong_date,
        wrong_enum,
        extra_write,
        rolled_back,
        success_claimed,
        refusal_obeyed,
        refusal_without_reason,
        refusal_and_claim,
        fact_left_out,
        wrong_fact,
        denied_fact,
        wrong_confirmation,
        reply_of_another_turn,
    )
}


def mutants_of(originals: Iterable[Original], seed: int) -> Iterator[tuple[Original, Mutant]]:
    """Every mutant of every conversation, the operators taking turns, each in an order that `seed` decides."""
    waiting: dict[str, list[tuple[Original, Mutant]]] = {name: [] for name in OPERATORS}
    for original in originals:
        for name, operator in OPERATORS.items():
            draw = Random(_number(f"{seed}/{original.task.task_id}/{name}"))
            waiting[name] += [(original, mutant) for mutant in operator(original, draw)]
    for name, found in waiting.items():
        Random(_number(f"{seed}/{name}")).shuffle(found)
    while any(waiting.values()):
        yield from (found.pop() for found in waiting.values() if found)


def _number(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest())
