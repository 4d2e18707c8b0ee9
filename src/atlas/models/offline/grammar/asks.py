"""What an ask is made of: its act, references to records in the user's words, and values for fields."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Literal, TypeAlias

from atlas.models.offline.grammar.dates import Duration, Period
from atlas.models.offline.kinds import Kind

Back: TypeAlias = Literal["", "it", "they", "person", "noun", "new", "other", "group"]


class Act(StrEnum):
    """What is to be done with a record."""

    READ = "read"
    CREATE = "create"
    MODIFY = "modify"
    CANCEL = "cancel"
    DELETE = "delete"
    CLONE = "clone"
    COMPARE = "compare"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Pick:
    """One record out of several: by place (`number`, from 1, or -1 for the last) or by the extreme of a field."""

    number: int = 0
    column: str = ""
    highest: bool = True


@dataclass(frozen=True, slots=True)
class Filters:
    """What records of a group must have. Bounds are inclusive unless `strict`."""

    values: tuple[str, ...] = ()
    is_open: bool | None = None
    at_least: Decimal | None = None
    at_most: Decimal | None = None
    exactly: Decimal | None = None
    strict: bool = False
    column: str = ""
    period: Period | None = None
    after: date | None = None
    before: date | None = None
    versions: tuple[str, ...] = ()
    texts: tuple[tuple[str, str], ...] = ()

    @property
    def empty(self) -> bool:
        return self == Filters()


@dataclass(frozen=True, slots=True)
class Ref:
    """A record, or a group of them, as the user refers to it. `kinds` are candidates, best first; empty is any."""

    kinds: tuple[Kind, ...] = ()
    name: str = ""
    others: tuple[str, ...] = ()
    ident: str = ""
    back: Back = ""
    of: Ref | None = None
    pick: Pick | None = None
    filters: Filters = field(default_factory=Filters)
    plural: bool = False


@dataclass(frozen=True, slots=True)
class Shift:
    """A change relative to the present value: by `percent` of it, by `amount`, or by a length of time."""

    percent: Decimal | None = None
    amount: Decimal | None = None
    duration: Duration | None = None
    down: bool = False


@dataclass(frozen=True, slots=True)
class Slot:
    """A field and its value. `said` is the user's wording; at most one of the others is what it means."""

    field: str
    said: str
    number: Decimal | None = None
    day: date | None = None
    shift: Shift | None = None
    same_as: Ref | None = None
    same_field: str = ""
