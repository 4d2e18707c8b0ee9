"""The offline synthesizer: turns the guidance of a session into playbook entries, by rule."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Literal

from atlas.core.json import JsonObject, JsonValue, dumps
from atlas.core.messages import ChatRequest, Message
from atlas.models.offline.draws import uniform
from atlas.models.offline.evidence import WRITES, asked

USELESS_RATE = 0.08
"""How often an entry is added that sounds plausible and helps nobody."""
MOST_WORDS_SHARED = 0.6
"""Two imperatives that share more of their telling words than this say the same."""
MAX_IMPERATIVE = 150

Category = Literal["reinforcement", "differentiation"]


@dataclass(frozen=True, slots=True)
class Situation:
    """A kind of request that advice is about.

    `advice` is a regex of the words that advice of the kind uses, `cue` one of the words that requests of the kind
    use; `tools` are those it is about, best first.
    """

    advice: str
    cue: str
    description: str
    effect: str
    tools: tuple[str, ...]


_DEAL_WRITES = ("modify_opportunity", "create_new_opportunity", "modify_quote", "create_quote")
_SITUATIONS = (
    Situation(
        r"\bcurrency\b|\bcommas?\b|\bplain number\b",
        r"[$]|\b(usd|dollars?|amount|worth|quote)\b",
        "an amount of money is given",
        "The tool takes it at once.",
        _DEAL_WRITES,
    ),
    Situation(
        r"\bscale\b|\bthousands?\b|\bmillions?\b|\bshort form",
        r"\d ?(k|m|million|thousand)\b|\b(amount|worth|over|value)\b",
        "money is given in few characters",
        "The stored sum is the one that was meant.",
        _DEAL_WRITES,
    ),
    Situation(
        r"\brelative\b|\bcalendar\b|\bcounting\b|\bweekday\b",
        r"\b(next|weeks?|days|months?|end of|from now|today|tomorrow|later)\b",
        "a time span or a weekday is given",
        "The stored deadline is right.",
        _DEAL_WRITES,
    ),
    Situation(
        r"\bISO\b|\bYYYY\b|\byear, month\b|\bdates?\b.*\bform",
        r"\b(date|clos(e|es|ing)|until|expir(y|es)|valid|reschedule|extend|next|week|month)\b",
        "a deadline is to be stored",
        "The tool takes it at once.",
        _DEAL_WRITES,
    ),
    Situation(
        r"\bpronoun\b|\bconversation\b|\bsecond one\b",
        r"\b(it|its|that|this|same|one|first|second|third|her|his|their)\b",
        "the user points back instead of giving a name",
        "The right one is worked on.",
        ("modify_opportunity", "modify_quote", "view_opportunity_details", "quote_details"),
    ),
    Situation(
        r"\bclosed\b.*\b(?:count|total|comparison)|\bopen ones\b",
        r"\b(open|pipeline|how many|total|add up|largest|biggest)\b",
        "the pipeline of a client is asked about",
        "The figures fit the question.",
        ("opportunity_search", "summarize_opportunities"),
    ),
    Situation(
        r"\bduplicate\b|\bexists? already\b|\balready exists?\b",
        r"\b(new|create|add|open|register|set up|start|log)\b",
        "something new is to be entered",
        "No second copy comes into being.",
        ("client_search", "create_new_opportunity", "create_new_client"),
    ),
    Situation(
        r"\boptional\b|\bextra\b.*\bfields?\b|\bnot asked\b",
        r"\b(new|create|add|open|register|set up|start|log|enter|make|put|quote)\b",
        "something new is to be entered",
        "Only what was requested is stored.",
        ("create_new_opportunity", "create_quote", "create_new_contact", "create_new_client"),
    ),
    Situation(
        r"\bforbid|\bwork around\b|\bunchanged\b|\brefus",
        r"\b(set|change|update|move|put|make|create|add|close|mark|reprice|correct|enter)\b",
        "data is to be written",
        "The data stays as it was.",
        _DEAL_WRITES,
    ),
    Situation(
        r"\bresult confirms\b|\badmit\b|\bclaim",
        r"\b(set|change|update|move|put|make|create|add|close|mark|cancel|delete|reprice)\b",
        "data is to be written",
        "The user is never told of what did not take place.",
        _DEAL_WRITES,
    ),
    Situation(
        r"\bremaining parts\b|\bwhole request\b",
        r"\b(and|then|also|plus)\b",
        "the user wants one thing and then another",
        "Nothing is forgotten.",
        _DEAL_WRITES,
    ),
    Situation(
        r"\bquestions?\b|\ball the facts\b",
        r"\b(what|which|who|when|how|tell|give|need|list|show)\b",
        "the user wants to know something",
        "The user need not ask once more.",
        ("view_opportunity_details", "opportunity_search", "client_search", "quote_search", "contact_search"),
    ),
    Situation(
        r"\bids?\b",
        r"\b(deal|opportunity|client|account|contact|quote|customer)\b",
        "the user gives a name",
        "The call reaches what was meant.",
        ("opportunity_search", "client_search", "contact_search", "quote_search"),
    ),
    Situation(
        r"\bcapital letters?\b|\bspell|\bstage or status\b",
        r"\b(stage|status|move|mark|set|quote|deal|won|lost)\b",
        "a stage or status is to be stored",
        "The tool takes it at once.",
        ("modify_opportunity", "modify_quote", "modify_client", "create_quote", "create_new_opportunity"),
    ),
    Situation(
        r"\bnames?\b|\bhits?\b",
        r"\b(deal|opportunity|client|account|contact|quote|customer)\b",
        "the user gives a name",
        "The right one is worked on.",
        ("opportunity_search", "client_search", "contact_search"),
    ),
)
_ANY = Situation(
    "",
    r"\b(deal|opportunity|client|account|contact|quote)\b",
    "the user asks for work in the CRM",
    "The request is met.",
    ("opportunity_search", "client_search"),
)
_USELESS = (
    ("Begin the reply with a short friendly greeting.", "The user feels welcome."),
    ("Thank the user for the message at the end of the reply.", "The user feels valued."),
    ("Keep a formal tone and avoid exclamation marks.", "The reply sounds professional."),
)
_COMMON_WORDS = """
    a an and any as at be before for from if in into is it its no not of on one only or than that the them then this
    to use user was when with you
"""
_COMMON = frozenset(_COMMON_WORDS.split())


@dataclass(frozen=True, slots=True)
class _Lesson:
    """A piece of guidance, the request it was given on, and what came of it."""

    guidance: str
    category: Category
    tool: str


def synthesize(request: ChatRequest, seed: int) -> Message:
    """The reply to "synthesize" as JSON; to anything else a short plain one."""
    ask = asked(request)
    if not ask or ask.get("ask") != "synthesize":
        return Message("assistant", "I can distil lessons from a session; I was not given one.")
    lessons = tuple(_lessons(ask["session"]))
    entries = list(_proposed(ask, lessons, seed))
    return Message("assistant", dumps(_reply(ask, lessons, entries)))


def _reply(ask: JsonObject, lessons: Sequence[_Lesson], entries: Sequence[JsonObject]) -> JsonObject:
    helped = sum(lesson.category == "reinforcement" for lesson in lessons)
    return {
        "version": "playbook_entry.v1",
        "playbook_entries": entries[: ask["limits"]["max_entries"]],
        "session_student_learning": lessons[0].guidance if lessons else None,
        "session_teacher_learning": f"{helped} of {len(lessons)} hints led to a right attempt."
        if lessons
        else None,
    }


def _lessons(session: JsonObject) -> Iterator[_Lesson]:
    """Every piece of guidance once, with the last outcome that it had."""
    found: dict[str, _Lesson] = {}
    for turn in session.get("turns", ()):
        attempts = turn.get("attempts", ())
        for number, attempt in enumerate(attempts):
            after = attempts[number + 1].get("valid") if number + 1 < len(attempts) else None
            # Without a word on what followed, the outcome of the session has to do.
            good = session.get("success") is True if after is None else bool(after)
            for piece in _pieces(attempt.get("guidance", "")):
                category: Category = "reinforcement" if good else "differentiation"
                found[piece] = _Lesson(piece, category, _failing_tool(attempt, turn))
    yield from found.values()


def _pieces(guidance: str) -> Iterator[str]:
    """The sentences of guidance, each short enough for an imperative."""
    for line in guidance.splitlines():
        for sentence in re.split(r"(?<=[.!?])\s+(?=[A-Z])", line.strip()):
            if len(sentence) > MAX_IMPERATIVE:
                sentence = sentence[:MAX_IMPERATIVE].rsplit(" ", 1)[0].rstrip(",;:")
            if sentence:
                yield sentence


def _failing_tool(attempt: JsonObject, turn: JsonObject) -> str:
    """The tool of the last call that failed, else of the last call that wrote, "" when there is neither."""
    steps = attempt.get("steps") or turn.get("steps", ())
    failed = [step["tool"] for step in steps if step.get("error")]
    wrote = [step["tool"] for step in steps if step["tool"].startswith(WRITES)]
    return next((tools[-1] for tools in (failed, wrote) if tools), "")


def _proposed(ask: JsonObject, lessons: Sequence[_Lesson], seed: int) -> Iterator[JsonObject]:
    """Entries for what the playbook does not say yet, and now and then one of no use."""
    handles: list[str] = ask["runtime_handles"]
    said = [str(entry["action"]["imperative"]) for entry in ask.get("playbook_entries", ())]
    if not handles:
        return
    for lesson in lessons:
        if not _known(lesson.guidance, said):
            said.append(lesson.guidance)
            situation = _situation(lesson.guidance)
            handle = _handle(lesson.tool, situation, handles)
            yield from _within(ask, _entry(situation, lesson.guidance, situation.effect, handle, lesson.category))
    digest = blake2b(dumps(ask).encode(), digest_size=8).hexdigest()
    if uniform(seed, "synthesizer", "useless", digest) < USELESS_RATE:
        imperative, effect = _USELESS[int(uniform(seed, "synthesizer", "which", digest) * len(_USELESS))]
        if not _known(imperative, said):
            handle = _handle("", _ANY, handles)
            yield from _within(ask, _entry(_ANY, imperative, effect, handle, "reinforcement"))


def _situation(guidance: str) -> Situation:
    return next((known for known in _SITUATIONS if re.search(known.advice, guidance, re.IGNORECASE)), _ANY)


def _handle(tool: str, situation: Situation, handles: Sequence[str]) -> str:
    """The tool of the evidence, else the best known one that exists, else the first that does."""
    return next((name for name in (tool, *situation.tools) if name in handles), sorted(handles)[0])


def _entry(situation: Situation, imperative: str, effect: str, handle: str, category: Category) -> JsonObject:
    return {
        "audience": "student",
        "cue": {"type": "regex", "pattern": situation.cue, "description": situation.description},
        "action": {"imperative": imperative, "runtime_handle": handle, "tool_name": None, "arguments": {}},
        "expected_effect": effect,
        "scope": {"category": category, "constraints": "", "applies_when": ""},
    }


def _within(ask: JsonObject, entry: JsonObject) -> Iterator[JsonObject]:
    """The entry if it keeps within the length allowed, without its effect if need be."""
    most = ask["limits"]["max_text_length"]
    for shorter in (entry, {**entry, "expected_effect": ""}):
        if _length(shorter) <= most:
            yield shorter
            return


def _length(entry: JsonObject) -> int:
    texts: tuple[JsonValue, ...] = (
        *(entry["cue"][part] for part in ("pattern", "description")),
        entry["action"]["imperative"],
        entry["expected_effect"],
    )
    return sum(len(text) + 1 for text in texts)


def _known(imperative: str, said: Sequence[str]) -> bool:
    """Whether one of `said` has nearly the same telling words."""
    own = _telling(imperative)
    return any(
        len(own & other) > MOST_WORDS_SHARED * min(len(own), len(other))
        for line in said
        if (other := _telling(line))
    )


def _telling(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"[a-z]+", text.lower())) - _COMMON
