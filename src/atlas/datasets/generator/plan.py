"""The plan of a data set: which conversations are written, and the writing of each from its own seed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import TypeVar

from atlas.datasets.conversation import TURN_RANGE, Complexity, Conversation, Split
from atlas.datasets.generator.families import Family, families
from atlas.datasets.generator.ledger import Ledger
from atlas.datasets.generator.scene import Intent, Scene
from atlas.datasets.generator.staging import staged

T = TypeVar("T")

SHARES: dict[Complexity, float] = {"simple": 0.25, "medium": 0.5, "complex": 0.25}
REFUSING = 0.3
"""Share of the conversations with a turn that must be declined; one-turn conversations never have one."""
ATTEMPTS = 50
MOST_USES = 2
"""How often one conversation may want the same thing."""


@dataclass(frozen=True, slots=True)
class Order:
    """One conversation to be written."""

    family: Family
    split: Split
    index: int
    complexity: Complexity
    refusing: bool


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
    """Every family refuses as often as the others, so that each gets to all of its reasons."""
    rng = Random(f"{seed}/{split}/orders")
    levels = _apportioned(rng, SHARES, count)
    themes = _apportioned(rng, {family: family.weight for family in families(split)}, count)
    sizes = Counter(themes)
    refusing = {theme: _apportioned(rng, {True: REFUSING, False: 1 - REFUSING}, sizes[theme]) for theme in sizes}
    return [
        Order(theme, split, index, level, refusing[theme].pop())
        for index, (theme, level) in enumerate(zip(themes, levels, strict=True), start=1)
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
        stage = staged(rng, set(ledger.taken))
        scene = stage.scene
        if not ledger.claim(order.split, scene.world):
            continue
        intents = _played(rng, order, scene, ledger)
        if intents is not None:
            ledger.taken.update(turn.user_utterance for turn in scene.turns)
            ledger.add(order.split, list(zip(intents, scene.turns, strict=True)))
            name = f"{order.family.name}-{order.split}-{seed}-{order.index:04d}"
            return stage.conversation(name, order.family, order.split, order.complexity)
    raise AssertionError(f"no conversation of family {order.family.name} in {ATTEMPTS} attempts")


def _played(rng: Random, order: Order, scene: Scene, ledger: Ledger) -> list[Intent] | None:
    """The intents that wrote the scene's turns, in order, or None when no intent fits any more."""
    fewest, most = TURN_RANGE[order.complexity]
    turns = rng.randint(max(fewest, 2) if order.refusing else fewest, most)
    refusal_at = rng.randint(1, turns) if order.refusing and order.family.refusals else None
    used = Counter[Intent]()
    intents: list[Intent] = []
    while len(intents) < turns:
        if scene.number == refusal_at:
            pool = ledger.by_rarity(rng, order.split, order.family.refusals)
        else:
            wanted = order.family.following if intents else order.family.opening
            pool = ledger.by_need(rng, order.split, wanted, used)
        fitting = next((intent for intent in pool if used[intent] < MOST_USES and scene.attempt(intent)), None)
        if fitting is None:
            return None
        used[fitting] += 1
        intents.append(fitting)
    return intents
