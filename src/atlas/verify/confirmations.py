"""A confirmation: what a reply says of a change that was made, held against a right reply."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache

from atlas.verify.claims import claim_in
from atlas.verify.dates import DateMention
from atlas.verify.numbers import cents
from atlas.verify.reply import Reply, read_reply
from atlas.verify.vocabulary import Vocabulary, speaks_of, without_texts

_DENIAL = re.compile(
    r"\b(?:cannot|(?:could|did|was|has|have) not|(?:ca|could|did|was|has|have)n't|unable|failed|declined?|refused?"
    r"|not (?:possible|allowed|supported|valid)|stays?|unchanged|changed nothing|without (?:any )?change|as it is"
    r"|there is no)\b",
    re.IGNORECASE,
)


def contradictions(said: str, right: str, vocabulary: Vocabulary) -> Iterator[str]:
    """What `said` states otherwise than the right reply, a sentence each; nothing for what it leaves out.

    Both speak of the same change. So where both name an amount, a day, or a value of one column, they must have one
    in common: not "$33,701" for $33,700, the old stage for the new one, another deal for the one that was meant. A
    reply that only says that nothing could be done is wrong as well.
    """
    if (denial := _DENIAL.search(said)) and claim_in(said) is None and _DENIAL.search(right) is None:
        yield f"the reply says {denial[0]!r}, where the request is to be carried out"
    ours, theirs = _read(said), _read(right)
    for kind, values, due in (
        ("amount", _amounts(ours), _amounts(theirs)),
        ("share", _shares(ours), _shares(theirs)),
    ):
        if values and due and values.isdisjoint(due):
            yield f"the reply says {kind} {_listed(values)}, where {_listed(due)} is right"
    yield from _other_days(ours.dates, theirs.dates)
    yield from _other_texts(said, right, vocabulary)


@lru_cache(maxsize=4_096)
def _read(text: str) -> Reply:
    # The right reply is held against every trajectory of its task.
    return read_reply(text, [])


def _other_days(said: tuple[DateMention, ...], due: tuple[DateMention, ...]) -> Iterator[str]:
    if said and due and not any(_same_day(one, other) for one in said for other in due):
        yield f"the reply says {_day(said[0])}, where {_day(due[0])} is right"


def _same_day(one: DateMention, other: DateMention) -> bool:
    years = {one.year, other.year} - {None}
    return (one.month, one.day) == (other.month, other.day) and len(years) < 2


def _other_texts(said: str, right: str, vocabulary: Vocabulary) -> Iterator[str]:
    spoken, due = vocabulary.spoken(said), vocabulary.spoken(right)
    for column in sorted(set(spoken) & set(due)):
        # A right value in another spelling counts, but not the one that is part of a wrong one.
        rest = without_texts(said, spoken[column])
        if spoken[column].isdisjoint(due[column]) and not any(speaks_of(rest, text) for text in due[column]):
            yield f"the reply says {_listed(spoken[column])} ({column}), where {_listed(due[column])} is right"


def _amounts(reply: Reply) -> set[Decimal]:
    return {cents(mention.value) for mention in reply.numbers if mention.unit == "money"}


def _shares(reply: Reply) -> set[Decimal]:
    return {mention.value for mention in reply.numbers if mention.unit == "percent"}


def _day(mention: DateMention) -> str:
    return f"{mention.year or 'day'}-{mention.month:02}-{mention.day:02}"


def _listed(values: set[str] | set[Decimal]) -> str:
    return " and ".join(sorted(map(str, values)))
