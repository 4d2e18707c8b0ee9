"""The plan of a data set: which conversations are written, and the writing of each from its own seed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import TypeVar

from atlas.datasets.conversation import TURN_RANGE, Complexity, Conversation, InitialEntities, Split
from atlas.datasets.generator.families import Family, families
from atlas.datasets.generator.population import populate
from atlas.datasets.generator.scene import Intent, Scene

T = TypeVar("T")

SHARES: dict[Complexity, float] = {"simple": 0.25, "medium": 0.5, "complex": 0.25}
REFUSING = 0.3
"""Share of the conversations with a turn that must be declined; one-turn conversations never have one."""
FIRST_DAY = date(2026, 1, 5)
DAYS = 690
ATTEMPTS = 50


@dataclass(frozen=True, slots=True)
class Order:
    """One conversation to be written."""

    family: Family
    split: Split
    index: int
    complexity: Complexity
    refusing: bool


@dataclass(frozen=True, slots=True)
class Ledger:
    """What a set holds so far: the utterances, and how often each intent was used per split."""

    taken: set[str] = field(default_factory=set)
    used: dict[Split, Counter[Intent]] = field(default_factory=lambda: defaultdict(Counter))


def generate(seed: int, count: int, split: Split, ledger: Ledger | None = None) -> list[Conversation]:
    """`count` conversations of one split; equal arguments give equal conversations.

    The ledger keeps several calls from repeating each other's utterances, as far as possible.
    """
    ledger = ledger or Ledger()
    return [_written(seed, order, ledger) for order in _orders(seed, count, split)]


def generate_set(seed: int, counts: Mapping[Split, int]) -> list[Conversation]:
    """The conversations of several splits, split after split, without a common utterance if possible."""
    ledger = Ledger()
    return [row for split, count in counts.items() for row in generate(seed, count, split, ledger)]


def _orders(seed: int, count: int, split: Split) -> list[Order]:
    rng = Random(f"{seed}/{split}/orders")
    levels = _apportioned(rng, SHARES, count)
    themes = _apportioned(rng, {family: family.weight for family in families(split)}, count)
    refusing = _apportioned(rng, {True: REFUSING, False: 1 - REFUSING}, count)
    return [
        Order(theme, split, index, level, refuses)
        for index, (theme, level, refuses) in enumerate(zip(themes, levels, refusing, strict=True), start=1)
    ]


def _apportioned(rng: Random, shares: Mapping[T, float], count: int) -> list[T]:
    """`count` items in the given shares, largest remainders first, in random order."""
    total = sum(shares.values())
    exact = {item: share * count / total for item, share in shares.items()}
    items = [item for item, number in exact.items() for _ in range(int(number))]
    by_rest = sorted(exact, key=lambda item: int(exact[item]) - exact[item])
    items += by_rest[: count - len(items)]
    rng.shuffle(items)
    return items


def _written(seed: int, order: Order, ledger: Ledger) -> Conversation:
    """The conversation of one order. Starts again from another seed when a scene runs dry."""
    for attempt in range(ATTEMPTS):
        rng = Random(f"{seed}/{order.split}/{order.index}/{attempt}")
        taken, used = set(ledger.taken), Counter[Intent]()
        name = f"{order.family.name}-{order.split}-{seed}-{order.index:04d}"
        row = _played(rng, order, name, taken, ledger.used[order.split], used)
        if row is not None:
            ledger.taken.update(taken)
            ledger.used[order.split].update(used)
            return row
    raise AssertionError(f"no conversation of family {order.family.name} in {ATTEMPTS} attempts")


def _played(
    rng: Random, order: Order, name: str, taken: set[str], before: Counter[Intent], used: Counter[Intent]
) -> Conversation | None:
    """The conversation, or None when no intent fits any more. `before` counts the intents of earlier ones."""
    today = FIRST_DAY + timedelta(days=rng.randrange(DAYS))
    as_of = datetime(
        today.year, today.month, today.day, rng.randint(8, 16), rng.choice((0, 15, 30, 45)), tzinfo=UTC
    )
    scene = Scene(rng, populate(rng, today), today, taken)
    fewest, most = TURN_RANGE[order.complexity]
    turns = rng.randint(max(fewest, 2) if order.refusing else fewest, most)
    refusal_at = rng.randint(1, turns) if order.refusing and order.family.refusals else None
    while len(scene.turns) < turns:
        if scene.number == refusal_at:
            pool = sorted(_shuffled(rng, order.family.refusals), key=lambda intent: before[intent])
        else:
            pool = _shuffled(rng, order.family.following if scene.turns else order.family.opening)
        if not _next_turn(scene, pool, used):
            return None
    failing = [turn.turn_id for turn in scene.turns if not turn.expect_success]
    return Conversation(
        conversation_id=name,
        workflow_category=order.family.category,
        family=order.family.name,
        split=order.split,
        complexity_level=order.complexity,
        as_of=as_of.isoformat(),
        turns=tuple(scene.turns),
        initial_entities=InitialEntities(scene.world.seed_data()),
        final_expected_state=scene.world.changes(),
        success_criteria="both",
        contains_failure=bool(failing),
        failure_turn=failing[0] if failing else None,
        verification_mode="database",
        chain_id=None,
        segment_number=None,
        segment_boundaries=None,
        expected_outcome=None,
    )


def _shuffled(rng: Random, intents: tuple[Intent, ...]) -> list[Intent]:
    return rng.sample(intents, len(intents))


def _next_turn(scene: Scene, pool: list[Intent], used: Counter[Intent]) -> bool:
    """Write one turn with the first intent that fits; those this conversation has used come last, at most twice."""
    for intent in sorted(pool, key=lambda intent: used[intent]):
        if used[intent] < 2 and scene.attempt(intent):
            used[intent] += 1
            return True
    return False
