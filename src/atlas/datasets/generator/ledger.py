"""The ledger: what a set holds so far, and what it needs most next."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import log
from random import Random

from atlas.datasets.conversation import ConversationTurn, Split
from atlas.datasets.generator.scene import Intent
from atlas.datasets.generator.tool_shares import SHARES
from atlas.datasets.generator.world import World

PULL = 3
"""How strongly a tool that falls behind its share is preferred: the power of (share wanted / share held)."""
CALM = 40
"""Turns that count as held in the wanted shares from the start, so that the first ones are not all of one kind."""
AGAIN = 0.35
"""What is left of an intent's chance for each time the same conversation has used it."""


@dataclass(slots=True)
class Holdings:
    """What one split holds: how often each intent spoke, tool decided a turn, category occurred."""

    intents: Counter[Intent] = field(default_factory=Counter)
    tools: Counter[str] = field(default_factory=Counter)
    categories: Counter[str] = field(default_factory=Counter)

    def add(self, intent: Intent, turn: ConversationTurn) -> None:
        self.intents[intent] += 1
        if turn.expected_tool is not None:
            self.tools[turn.expected_tool] += 1
        if turn.failure_category is not None:
            self.categories[turn.failure_category] += 1

    def need(self, tool: str) -> float:
        """The share that turns of this tool should have among the next ones, up to a common factor."""
        wanted, turns = SHARES[tool], self.tools.total()
        return wanted * (wanted * (turns + CALM) / (self.tools[tool] + wanted * CALM)) ** PULL


@dataclass(slots=True)
class Ledger:
    """A set so far: the utterances, what each split holds, and which tool or category each intent stands for.

    `known` is the split that a deal's name, or a contact's e-mail, belongs to.

    What an intent stands for is learned from the turns that it wrote; one that has not written any comes first.
    """

    taken: set[str] = field(default_factory=set)
    splits: dict[Split, Holdings] = field(default_factory=lambda: defaultdict(Holdings))
    tools: dict[Intent, str] = field(default_factory=dict)
    categories: dict[Intent, str] = field(default_factory=dict)
    known: dict[str, Split] = field(default_factory=dict)

    def claim(self, split: Split, world: World) -> bool:
        """Keep the deals and e-mails of a world for this split; False when another one knows any of them."""
        marks = [*(deal.name for deal in world.deals()), *(contact.email or "" for contact in world.contacts())]
        if any(self.known.get(mark, split) != split for mark in marks):
            return False
        self.known |= dict.fromkeys(marks, split)
        return True

    def add(self, split: Split, written: Sequence[tuple[Intent, ConversationTurn]]) -> None:
        """Enter the turns of a finished conversation."""
        for intent, turn in written:
            self.splits[split].add(intent, turn)
            if turn.expected_tool is not None:
                self.tools[intent] = turn.expected_tool
            if turn.failure_category is not None:
                self.categories[intent] = turn.failure_category

    def by_need(
        self, rng: Random, split: Split, pool: Sequence[Intent], used: Mapping[Intent, int]
    ) -> list[Intent]:
        """The pool in a random order that favours tools short of their share; `used` counts this conversation.

        Intents of one tool share its chance, the seldom used ones having more of it.
        """
        held = self.splits[split]
        fresh = {intent: 1 / (1 + held.intents[intent]) for intent in pool}
        of_tool: dict[str, float] = defaultdict(float)
        for intent, part in fresh.items():
            of_tool[self.tools.get(intent, "")] += part
        chances = {
            intent: self._need(split, intent) * part / of_tool[self.tools.get(intent, "")] * AGAIN ** used[intent]
            for intent, part in fresh.items()
        }
        draws = {intent: -log(1 - rng.random()) / chance for intent, chance in chances.items()}
        return sorted(draws, key=draws.__getitem__)

    def by_rarity(self, rng: Random, split: Split, pool: Sequence[Intent]) -> list[Intent]:
        """Refusals, those of the rarest failure category first."""
        held = self.splits[split]
        return sorted(
            rng.sample(pool, len(pool)),
            key=lambda intent: (held.categories[self.categories.get(intent, "")], held.intents[intent]),
        )

    def _need(self, split: Split, intent: Intent) -> float:
        tool = self.tools.get(intent)
        return 1.0 if tool is None else self.splits[split].need(tool)
