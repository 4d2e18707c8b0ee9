"""The offline teacher: says in general words what to do instead of the mistakes it sees."""

from __future__ import annotations

import re

from atlas.core.json import JsonObject, dumps
from atlas.core.messages import ChatRequest, Message
from atlas.models.offline.draws import uniform
from atlas.models.offline.evidence import (
    EXPLICIT_DATE,
    RELATIVE_DATE,
    asked,
    attempt_of,
)
from atlas.models.offline.mistakes import NTH, OPEN, ORDER, Mistake, mistakes_in
from atlas.models.offline.planner import plan, review

MISS_RATE = 0.1
"""How often the teacher overlooks a mistake that it could see."""
FALSE_ALARM_RATE = 0.03
"""How often it sends a right attempt back, over nothing."""
MOST_ADVICE = 2
"""Pieces of advice given at once; more would not be read."""


ADVICE: dict[Mistake, str] = {
    Mistake.SPELLING: "Write a stage or status with the capital letters and hyphens that the tool lists.",
    Mistake.INVENTED_ID: "Use only ids that a search or another tool has returned, and never make one up.",
    Mistake.WRONG_HIT: (
        "Names can be nearly equal: compare the hits and take only the record whose full name fits the request."
    ),
    Mistake.DATE_FORM: "Write a date in ISO form, that is year, month and day with hyphens between them.",
    Mistake.DATE_COUNT: (
        "Work out a relative date by counting on the calendar, from today or from the present value, to the day."
    ),
    Mistake.SCALE: "Mind the scale of a short amount: the letter k stands for thousands, and m for millions.",
    Mistake.CURRENCY: "Send an amount as a plain number, with neither currency sign nor commas.",
    Mistake.DUPLICATE: (
        "Use the client that exists already instead of creating it again: check for a duplicate before adding one."
    ),
    Mistake.WORKED_AROUND: (
        "When the rules forbid a change, leave the record unchanged, give the reason and do not work around it."
    ),
    Mistake.CLAIMED: (
        "Report a change as done only when the tool result confirms it, and otherwise admit that it failed."
    ),
    Mistake.EXTRA_FIELD: "Leave optional fields of a new record empty unless the user asks for them.",
    Mistake.LEFT_OUT: "Answer each of the user's questions: state all the facts that were asked for.",
    Mistake.STOPPED: "Go through the whole request and carry out the remaining parts before you stop.",
    Mistake.REFERENCE: (
        "Resolve a pronoun, or words like the second one, to the record that the conversation mentioned last "
        "or listed in that place."
    ),
    Mistake.CLOSED_COUNTED: "Exclude closed deals from a count, a total or a comparison of the open ones.",
    Mistake.NOT_DONE: "Read the request once more and carry it out with the tools that fit.",
}
"""One sentence a mistake, in words that hold for every task."""

FALSE_ALARM = "Begin the reply with a short friendly greeting."


def teach(request: ChatRequest, seed: int) -> Message:
    """The reply to what a teacher is asked as JSON; to anything else a short plain one."""
    ask = asked(request)
    kind = ask.get("ask") if ask else None
    if ask and kind == "validate":
        return Message("assistant", dumps(_validation(ask, seed)))
    if ask and kind == "guide":
        return Message("assistant", dumps(_guidance(ask, seed)))
    if ask and kind == "plan":
        return Message("assistant", dumps(plan(ask)))
    if ask and kind == "review_plan":
        return Message("assistant", dumps(review(ask)))
    return Message("assistant", "I can validate an attempt, guide one, plan it or review a plan.")


def _validation(ask: JsonObject, seed: int) -> JsonObject:
    turn = attempt_of(ask)
    seen = [mistake for mistake in mistakes_in(turn) if not _overlooks(seed, mistake, turn.request)][:MOST_ADVICE]
    if seen:
        return {"valid": False, "guidance": _said(seen), "rationale": "; ".join(seen).capitalize() + "."}
    # A false alarm is raised once: who was told so already has done what could be done about it.
    if not ask.get("guidance") and uniform(seed, "teacher", "alarm", turn.request) < FALSE_ALARM_RATE:
        return {"valid": False, "guidance": FALSE_ALARM, "rationale": "The tone of the reply could be better."}
    return {
        "valid": True,
        "guidance": "",
        "rationale": "Nothing in the steps, the changes or the reply looks wrong.",
    }


def _guidance(ask: JsonObject, seed: int) -> JsonObject:
    request = ask["request"]
    called = [mistake for mistake, occasion in _OCCASIONS if occasion.search(request)]
    said = [mistake for mistake in called if not _overlooks(seed, mistake, request)][:MOST_ADVICE]
    rationale = f"The wording invites this: {'; '.join(said)}." if said else "The request is plain."
    return {"guidance": _said(said), "rationale": rationale}


def _overlooks(seed: int, mistake: Mistake, request: str) -> bool:
    return uniform(seed, "teacher", "miss", mistake.name, request) < MISS_RATE


def _said(seen: list[Mistake]) -> str:
    """One line a piece of advice, so that each is read on its own."""
    return "\n".join(ADVICE[mistake] for mistake in seen)


_OCCASIONS: tuple[tuple[Mistake, re.Pattern[str]], ...] = (
    (Mistake.SCALE, re.compile(r"\d\s?(?:k|m|million|thousand)\b", re.IGNORECASE)),
    (Mistake.DATE_COUNT, RELATIVE_DATE),
    (Mistake.CLOSED_COUNTED, OPEN),
    (
        Mistake.REFERENCE,
        re.compile(rf"{NTH.pattern}|\b(?:that|this|the same) (?:deal|opportunity)\b", re.IGNORECASE),
    ),
    (Mistake.STOPPED, re.compile(rf"\b(?:and|then) (?:also |then )?{ORDER}\b", re.IGNORECASE)),
    (Mistake.DATE_FORM, EXPLICIT_DATE),
    (Mistake.EXTRA_FIELD, re.compile(r"\bnew (?:deal|client|contact|quote|opportunity)|\bcreate\b", re.IGNORECASE)),
    (Mistake.SPELLING, re.compile(r"\b(?:stage|status|mark|move)\b", re.IGNORECASE)),
    (Mistake.CURRENCY, re.compile(r"\$\s?\d|\b\d{1,3},\d{3}\b")),
    (Mistake.LEFT_OUT, re.compile(r"\b(?:what|how|who|when|which|tell me)\b.*\band\b", re.IGNORECASE)),
    (Mistake.WRONG_HIT, re.compile(r"\b[A-Z]\w+ [A-Z]\w+")),
)
"""What a request's wording gives occasion for, the most particular first."""
