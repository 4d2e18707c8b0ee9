"""Mutations of a reply: a fact left out, denied or wrong, a refusal without its reason, another turn's reply."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from atlas.core.tasks import Fact, TurnTarget
from atlas.verify.mutants.records import Records
from atlas.verify.mutants.script import Mutant, Original, some
from atlas.verify.mutants.wordings import fact_of, near, places, with_other, without

MOST_RIVALS = 3
"""How many other names or texts are put in the place of one."""
MOST_TURNS = 3
"""How many other turns' replies are put in the place of one."""
BARE_REFUSALS = (
    "I'm sorry, I can't do that.",
    "Unfortunately that did not work.",
    "Sorry, no.",
    "I was unable to complete your request. Is there anything else?",
)
CLAIMS = ("Done.", "I've made that change.", "All set, the record has been updated.", "It's done.")
VAGUE = ("I have looked it up for you.", "Here is what you asked for.", "Sure!")


def fact_left_out(original: Original, draw: Random) -> Iterator[Mutant]:
    """Each fact taken out of the reply, and a reply that says nothing in the place of the facts."""
    for number, right in _turns(original):
        reply = original.script[number - 1].reply
        for fact in right.facts:
            shorter = reply
            for wording in places(fact, reply):
                shorter = without(wording, shorter)
            if shorter != reply:
                yield _said("fact_left_out", original, number, f"without {_named(fact)}", shorter)
        for vague in VAGUE if right.facts else ():
            yield _said("fact_left_out", original, number, "without any fact", vague)


def wrong_fact(original: Original, draw: Random) -> Iterator[Mutant]:
    """Each fact replaced by a near one: another number, day, name or text of the same kind."""
    records = Records.of(original)
    for number, right in _turns(original):
        for fact in right.facts:
            yield from _wrong("wrong_fact", original, number, fact, records, draw)


def wrong_confirmation(original: Original, draw: Random) -> Iterator[Mutant]:
    """Each value that was written and that the reply repeats, replaced by a near one in the reply only."""
    records = Records.of(original)
    for number, right in _turns(original):
        turn = original.script[number - 1]
        if right.facts or right.refusal is not None:
            continue
        written = (call for place, call in enumerate(turn.calls) if original.writes(call))
        values = {value: None for call in written for value in map(fact_of, call.arguments.values()) if value}
        for fact in values:
            yield from _wrong("wrong_confirmation", original, number, fact, records, draw)


def denied_fact(original: Original, draw: Random) -> Iterator[Mutant]:
    """Each fact denied: "not" put before it."""
    for number, right in _turns(original):
        reply = original.script[number - 1].reply
        for fact in right.facts:
            for wording in places(fact, reply)[:1]:
                denied = with_other(wording, f"not {wording}", reply)
                yield _said("denied_fact", original, number, f"not {_named(fact)}", denied)


def refusal_without_reason(original: Original, draw: Random) -> Iterator[Mutant]:
    """A refusal that names no reason."""
    for number, right in _turns(original):
        for reply in BARE_REFUSALS if right.refusal is not None else ():
            yield _said("refusal_without_reason", original, number, f"said {reply!r}", reply)


def refusal_and_claim(original: Original, draw: Random) -> Iterator[Mutant]:
    """A refused request of which success is claimed all the same, with the reason or in the place of it."""
    for number, right in _turns(original):
        reply = original.script[number - 1].reply
        for claim in CLAIMS if right.refusal is not None else ():
            for text in (claim, f"{reply} {claim}", f"{claim} {reply}"):
                yield _said("refusal_and_claim", original, number, f"said {text!r}", text)


def reply_of_another_turn(original: Original, draw: Random) -> Iterator[Mutant]:
    """The reply of another turn in the place of the right one."""
    numbers = range(1, len(original.script) + 1)
    for number, right in _turns(original):
        reply = original.script[number - 1].reply
        others = [other for other in numbers if original.script[other - 1].reply != reply]
        for other in sorted(some(others, MOST_TURNS, draw)):
            text = original.script[other - 1].reply
            harmless = _still_right(original, right, number, other)
            what = f"the reply of turn {other}: {text!r}"
            yield Mutant("reply_of_another_turn", number, what, original.with_reply(number, text), harmless)


def _wrong(
    operator: str, original: Original, number: int, fact: Fact, records: Records, draw: Random
) -> Iterator[Mutant]:
    reply = original.script[number - 1].reply
    for wording in places(fact, reply)[:1]:
        rivals = [] if fact.kind in {"money", "number", "date"} else records.rivals(fact.value)
        others = [*near(fact, wording), *some(rivals, MOST_RIVALS, draw)]
        for other in others:
            wrong = with_other(wording, other, reply)
            yield _said(operator, original, number, f"{other!r} instead of {_named(fact)}: {wrong!r}", wrong)


def _still_right(original: Original, right: TurnTarget, number: int, other: int) -> str | None:
    """Why another turn's reply is right here too, or None.

    It is when it states the same facts in the same words; and where no fact is due, when all that it says has
    happened by then or is only looked up.
    """
    mine, theirs = original.script[number - 1].reply, original.script[other - 1].reply
    if right.refusal is not None:
        return None
    if right.facts:
        same = all(set(places(fact, mine)) & set(places(fact, theirs)) for fact in right.facts)
        return "the other turn's reply states the same facts in the same words" if same else None
    if original.task.target.turns[other - 1].refusal is not None:
        return None
    if other < number:
        return "no fact is due here, and what the other turn's reply says was true by then"
    if original.trajectory.turns[other - 1].changes.empty:
        return "no fact is due here, and the other turn's reply claims no change"
    return None


def _said(operator: str, original: Original, number: int, what: str, reply: str) -> Mutant:
    return Mutant(operator, number, what, original.with_reply(number, reply), harmless=None)


def _turns(original: Original) -> enumerate[TurnTarget]:
    return enumerate(original.task.target.turns, 1)


def _named(fact: Fact) -> str:
    return f"{fact.kind} {fact.value!r}"
