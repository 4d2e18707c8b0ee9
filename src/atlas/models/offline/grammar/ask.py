"""An ask: one thing that a request wants done or told."""

from __future__ import annotations

from dataclasses import dataclass

from atlas.models.offline.grammar.asks import Act, Ref, Slot
from atlas.models.offline.grammar.marks import Marked
from atlas.models.offline.grammar.questions import outside, wants
from atlas.models.offline.grammar.references import Mention
from atlas.models.offline.grammar.roles import Roles, roles
from atlas.models.offline.grammar.slots import slots
from atlas.models.offline.kinds import Kind


@dataclass(frozen=True, slots=True)
class Ask:
    """One thing wanted. `kinds` are what the target may be, best first; `made` is the kind to create."""

    act: Act
    text: str
    marked: Marked
    found: tuple[Mention, ...]
    kinds: tuple[Kind, ...]
    target: Ref | None = None
    made: Kind | None = None

    @property
    def outside(self) -> str:
        """The clause without the words that refer to records."""
        return outside(self.text, list(self.found))

    def roles(self, kind: Kind) -> Roles:
        return roles(self.text, self.marked, self.act, kind)

    def slots(self, kind: Kind) -> tuple[Slot, ...]:
        """Values for fields of `kind`, names included, one a field."""
        named = self.roles(kind).slots
        given = slots(self.text, self.marked, kind, self.act, list(self.found))
        chosen = {slot.field: slot for slot in (*given, *named)}
        return tuple(chosen[name] for name in sorted(chosen))


def gives_values(ask: Ask) -> bool:
    """Whether the clause holds a value for any likely kind."""
    return any(ask.slots(kind) for kind in (ask.kinds or (Kind.OPPORTUNITY,))[:3])


def asked_fields(ask: Ask, kind: Kind) -> tuple[str, ...]:
    """The fields of `kind` that a question wants."""
    return wants(ask.outside, kind)
