"""Canned refusals: sentences that say nothing of a request, and how many refusals they would pass for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from atlas.datasets.audit.finding import Measure
from atlas.datasets.audit.subject import Subject, SubjectTurn, turns_of
from atlas.datasets.generator.facts import stated

MOST = 0.05
"""The share of the refused turns that one sentence may pass for."""

BLAND = "I did nothing, that is not possible: it is invalid."
EVERY_REASON = (
    "I changed nothing, because the record does not exist or was not found, the deal is already closed, "
    "the value is not allowed or not a valid one and must be one of the exact values without a space, a "
    "required field is missing or blank, the amount must be numeric, greater than zero and not exceed the "
    "limit of 10,000,000, the probability must be a whole number between 1 and 99, the date is in the "
    "past or not a valid date, the e-mail is malformed or already exists, there is no such field, the "
    "record belongs to another client, or the file name has characters or an extension that are not "
    "supported."
)
"""Every reason of the failure taxonomy at once."""


def measure(subjects: Sequence[Subject]) -> Measure:
    """The largest share of refused turns that one canned sentence meets; nothing is asked of a file without any."""
    refused = [turn for _, turn in turns_of(subjects) if not turn.succeeds and turn.reasons]
    share = max((passing(text, refused) / len(refused) for text in sentences(refused)), default=0.0)
    measured = f"{share:.1%}" if refused else "none refused"
    return Measure(
        "refusals that a canned sentence meets", f"at most {MOST:.0%}", measured, share <= MOST if refused else None
    )


def sentences(refused: Sequence[SubjectTurn]) -> Iterator[str]:
    """A bland one, one with every reason, and one made of whatever the file itself takes for a reason."""
    if refused:
        yield BLAND
        yield EVERY_REASON
        yield f"I changed nothing: {'; '.join(sorted({fact.value for turn in refused for fact in turn.reasons}))}."


def passing(text: str, refused: Sequence[SubjectTurn]) -> int:
    """How many of the turns take this text for a right refusal."""
    return sum(_meets(text, turn) for turn in refused)


def _meets(text: str, turn: SubjectTurn) -> bool:
    return (
        any(stated(fact, text) for fact in turn.reasons)
        and all(stated(fact, text) for fact in turn.facts)
        and not any(stated(fact, text) for fact in turn.absent)
    )
