"""Progress: how much of the reference solution an episode has called so far. For rewards, not for agents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from atlas.core.tasks import Target
from atlas.environments.crm.gym.episode import Deed


@dataclass(frozen=True, slots=True)
class Progress:
    """Reference calls: how many there are, were made (the tool in its turn), and were made and got through.

    A call of a turn that must be refused counts as through either way: there an error can be what is right.
    """

    expected: int
    made: int
    through: int

    @property
    def made_share(self) -> float:
        return self.made / self.expected if self.expected else 0.0

    @property
    def through_share(self) -> float:
        return self.through / self.expected if self.expected else 0.0


def progress(target: Target, deeds: Sequence[Deed]) -> Progress:
    """What `deeds` have reached of `target`."""
    made = through = 0
    for number, turn in enumerate(target.turns, 1):
        wanted = Counter(call.tool for call in turn.calls)
        called = Counter(deed.tool for deed in deeds if deed.turn == number and deed.is_call)
        worked = Counter(deed.tool for deed in deeds if deed.turn == number and deed.is_call and deed.result.ok)
        made += (wanted & called).total()
        through += (wanted & (called if turn.refusal else worked)).total()
    return Progress(sum(len(turn.calls) for turn in target.turns), made, through)
