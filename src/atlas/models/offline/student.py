"""The student: reads the newest request, calls tools step by step, and answers, from its messages alone."""

from __future__ import annotations

import re
from datetime import date
from hashlib import blake2b

from atlas.core.messages import ChatRequest, Message
from atlas.core.tools import ToolCall
from atlas.models.offline.advice import advice_in
from atlas.models.offline.calls import Call, Plan, play
from atlas.models.offline.catalog import Catalog
from atlas.models.offline.grammar.ask import Ask
from atlas.models.offline.grammar.asks import Act
from atlas.models.offline.grammar.guesses import Vocabulary
from atlas.models.offline.grammar.overview import ensures_client
from atlas.models.offline.grammar.parse import parse
from atlas.models.offline.habits import HabitProfile
from atlas.models.offline.kinds import INFO, Kind
from atlas.models.offline.memory import turns
from atlas.models.offline.plans.change import end, modify
from atlas.models.offline.plans.create import create
from atlas.models.offline.plans.desk import Desk, Saying
from atlas.models.offline.plans.overview import ensure
from atlas.models.offline.plans.read import compare, read
from atlas.models.offline.plans.topics import perhaps_company, topical
from atlas.models.offline.scene import Scene

_TODAY = re.compile(r"\bToday is (\d{4}-\d{2}-\d{2})")
_EXACTLY = re.compile(
    r"\bexact(?:ly)?\b|\bliterally\b|\bto the letter\b|\bcharacter for character\b|\bexactly as (?:written|i "
    r"(?:write|wrote)|spelled|typed|it stands|given|shown)|\bas written here\b|\bverbatim\b|\bin exactly "
    r"(?:this|that) spelling|\bwith exactly (?:this|that) spelling|\bletter (?:for|by) letter\b|\bspell(?:ed|"
    r"t)? (?:it )?(?:exactly|precisely|just|as)\b|\bexactly (?:like|as|so|this)\b|\bjust as (?:written|"
    r"spelled|typed)|\bin (?:this|that) exact spelling|\bexact(?:ly)? (?:this |that )?(?:spelling|wording)|"
    r"\bwithout changing the (?:spelling|case|capitals)",
    re.IGNORECASE,
)
_LOST = "I did not understand the request, so I changed nothing. Please say it in other words."


def answer(request: ChatRequest, catalog: Catalog, profile: HabitProfile) -> Message:
    """The next message of a simulated student: tool calls, or the reply that ends the turn."""
    history = turns(request.messages)
    if not history:
        return Message("assistant", _LOST)
    current = history[-1]
    system = "\n".join(message.content for message in request.messages if message.role == "system")
    desk = Desk(
        catalog,
        Scene(history[:-1]),
        today(system),
        current.request,
        len(history) - 1,
        profile,
        advice_in(system),
        _EXACTLY.search(current.request) is not None,
    )
    step = play(handle(desk), current.calls)
    if not step.calls:
        return Message("assistant", step.reply or _LOST)
    made = len(current.calls)
    return Message(
        "assistant", "", tuple(_tool_call(call, desk.turn, made + n) for n, call in enumerate(step.calls))
    )


def today(system_text: str) -> date:
    """Today's date as the instructions state it; a fixed day when they do not."""
    found = _TODAY.search(system_text)
    return date.fromisoformat(found[1]) if found else date(2026, 1, 1)


def vocabulary(catalog: Catalog) -> Vocabulary:
    """The enum values that tools list, kind by kind."""
    found: list[tuple[Kind, tuple[str, ...]]] = []
    for kind, info in INFO.items():
        for field in info.fields:
            if field.type == "enum" and (
                values := catalog.enum((info.modify, info.create, *info.search), field.name)
            ):
                found.append((kind, values))
    return tuple(found)


def handle(desk: Desk) -> Plan[str]:
    """Everything a request asks for, in order, and then the reply."""
    asks = parse(desk.request, desk.today, vocabulary(desk.catalog))
    texts: list[str] = []
    last: Saying | None = None
    for ask in asks:
        last = yield from _one(desk, ask, last)
        if len(asks) > 1 and desk.slips("stops_early"):
            return (
                last.text
                if last.failed or last.row is None
                else f"Done, that is taken care of for {last.row.name}."
            )
        texts.append(last.text)
    return " ".join(dict.fromkeys(text for text in texts if text)) or _LOST


def _one(desk: Desk, ask: Ask, last: Saying | None) -> Plan[Saying]:
    if ask.act is Act.CREATE and ensures_client(ask.text):
        return (yield from ensure(desk, ask))
    if ask.act is Act.CREATE:
        return (yield from create(desk, ask))
    if ask.act is Act.MODIFY:
        return (yield from modify(desk, ask))
    if ask.act in (Act.CANCEL, Act.DELETE, Act.CLONE):
        return (yield from end(desk, ask))
    if ask.act in (Act.READ, Act.COMPARE) and (plan := topical(desk, ask)) is not None:
        return (yield from plan)
    if ask.act is Act.COMPARE:
        return (yield from compare(desk, ask))
    return (yield from perhaps_company(desk, ask, (yield from read(desk, ask, last))))


def _tool_call(call: Call, turn: int, number: int) -> ToolCall:
    digest = blake2b(f"{turn}/{number}/{call.tool}/{call.arguments}".encode(), digest_size=8).hexdigest()
    return ToolCall(f"call_{digest}", call.tool, call.arguments)
