"""Mistakes: what can be seen to be wrong with a turn, from its request, steps, changes and reply."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from enum import StrEnum

from atlas.core.json import JsonValue, dumps
from atlas.models.offline.evidence import (
    CREATES,
    DATE_COLUMNS,
    EXPLICIT_DATE,
    MONEY_COLUMNS,
    UUID,
    Call,
    Row,
    Turn,
    day_in,
    days_meant,
    listed,
    names,
    plain,
    scaled_amounts,
)


class Mistake(StrEnum):
    """What can be seen to be wrong with a turn; the gravest first."""

    CLAIMED = "the reply claims a change that did not happen"
    WORKED_AROUND = "a refused change was replaced by another one"
    WRONG_HIT = "a record with another name was taken"
    REFERENCE = "the words point to another record of the conversation"
    INVENTED_ID = "an id was passed that no tool had returned"
    DUPLICATE = "a record was created that exists already"
    SCALE = "an amount in short form was written without its scale"
    DATE_COUNT = "a relative date was counted wrongly"
    SPELLING = "a stage or status was spelled in another way than the tool lists"
    DATE_FORM = "a date was not written in the form that the tool takes"
    CURRENCY = "an amount was sent as text"
    STOPPED = "a part of the request was not carried out"
    EXTRA_FIELD = "a field was filled that was not asked for"
    CLOSED_COUNTED = "closed deals were taken for open ones"
    LEFT_OUT = "the reply lacks something that was asked for"
    NOT_DONE = "nothing was done about the request"


_REFUSAL = re.compile(
    r"\b(?:did not|didn't|could not|couldn't|cannot|can't|unable|not (?:possible|allowed|found|change)|"
    r"changed nothing|nothing (?:was|has been) changed|no such|there (?:is|are) no|refuse[sd]?|failed|not clear)\b",
    re.IGNORECASE,
)
_SUCCESS = re.compile(
    r"\b(?:done|success\w*|(?:has|have) been (?:updated|created|changed|cancell?ed|deleted|copied|moved|set)|"
    r"I(?:'ve| have) (?:updated|created|changed|set|moved|added|deleted|canceled)|now has)\b",
    re.IGNORECASE,
)
_LOST = re.compile(
    r"\bdid not understand|\bin other words\b|\bno tool for\b|\bnot clear (?:which|what)|\bnot say which\b",
    re.IGNORECASE,
)
ORDER = (
    r"(?:set|change|update|move|mark|create|add(?! up)|register|enter|delete|remove|erase|cancel|withdraw|rename|"
    r"assign|reassign|transfer|push|postpone|extend|delay|raise|increase|cut|reduce|lower|reprice|clone|duplicate|"
    r"copy|put|flag|switch|adjust|replace|upload|attach|log|shift|reschedule|book|open (?=an? |up )|"
    r"close (?=it|this|that|out))"
)
_ORDERS = re.compile(rf"\b{ORDER}\b", re.IGNORECASE)
_IMPERATIVE = (
    r"(?:^|[.!?;:,] (?:and )?(?:then |also )?|\b(?:and|then|also|plus) (?:then |also )?)(?:please |kindly )?"
    rf"{ORDER}\b"
    r"(?!.*\bside by side\b)"
)
_ORDERED = re.compile(_IMPERATIVE, re.IGNORECASE)
_PARTS = re.compile(
    rf"(?:^|[.!?;:,] (?:and )?(?:then |also )?|\b(?:and|then|also|plus) (?:then |also )?)(?:please |kindly )?"
    r"(?:(?:(?:ok|hey|hi|now|next|great|quick one)[,:]? )?(?:can|could|would) you (?:also |please )*|let's |"
    r"(?:i|we)(?:'d)? (?:also )?(?:like|want|need)(?: you)? to )?"
    rf"(?:{ORDER}|make (?!sure)|give (?!me|us)|take|hand|reprice|bring)\b(?!.*\bside by side\b)"
    r"(?! (?:nothing|the record)\b| (?:it|them|this|that|both|all three)\b[^\w]*(?:please\b)?[^\w]*(?:$|[.!?;,]))"
    r"(?P<back> (?:it|its|them|this|that)\b)?",
    re.IGNORECASE,
)
"""Orders of a request but those that only round it off ("please update it"); `back` where one goes on with it."""
_SEVERAL = re.compile(r"\b(?:two|three) (?:things|changes|updates|deals)\b|\bboth deals\b", re.IGNORECASE)
_UNSAID = re.compile(
    r"\bto [\w-]+ and (?:(?:the|our) )?(?:deal |opportunity )?\"?(?-i:[A-Z])[^,.;]*? to \w", re.IGNORECASE
)
"""A second part that leaves out its verb: "move X to proposal and Y to negotiation"."""
_EXACTLY = re.compile(
    r"\bexactly (?:like|as|so|this)\b|\bcharacter for character\b|\bletter (?:for|by) letter\b|\bverbatim\b|"
    r"\bexact (?:text|spelling)\b",
    re.IGNORECASE,
)
_BACK = re.compile(
    r"\b(?:that|this|the same|said) (?:deal|opportunity|one)\b|\bthe deal (?:above|from before)\b|\bit\b",
    re.IGNORECASE,
)
NTH = re.compile(r"\b(first|second|third|fourth|last) (?:one|quote|deal|contact|of)\b", re.IGNORECASE)
_PLACES = {"first": 0, "second": 1, "third": 2, "fourth": 3, "last": -1}
_LONG_NAME = re.compile(r"\b[A-Z][\w&]*(?: (?:[A-Z][\w&]*|\d{4}|\d)){2,}")
_SUBJECT = re.compile(rf"(?:Done: )?({_LONG_NAME.pattern})(?=:| now\b| has\b| \()")
OPEN = re.compile(
    r"\bopen (?:deals?|opportunit|pipeline|ones)|\b(?:still|are|everything) open\b|\bnext deal to close",
    re.IGNORECASE,
)
_NOT_ONLY_OPEN = re.compile(r"\bopen (?:and|or) closed\b|\bclosed ones included\b", re.IGNORECASE)


def mistakes_in(turn: Turn) -> tuple[Mistake, ...]:
    """Every mistake that the steps, the reply and the request of a turn show, the gravest first."""
    return tuple(mistake for mistake in Mistake if _SIGNS[mistake](turn))


# Calls that failed


def _unresolved(turn: Turn) -> Iterator[Call]:
    """Failed calls that no later call of the same tool made good."""
    for call in turn.calls:
        if call.error and not any(later.tool == call.tool and not later.error for later in turn.later(call)):
            yield call


def _misspelled(turn: Turn) -> bool:
    return _EXACTLY.search(turn.request) is None and any(_allowed_value(call) for call in _unresolved(turn))


def _allowed_value(call: Call) -> str:
    """The allowed value that the call meant, when it failed for its spelling only."""
    found = re.search(r"must be one of:? (.+?)\.?$", call.error)
    values = found[1].split(", ") if found else []
    allowed = {_stem(value).split()[-1]: value for value in values} | {_stem(value): value for value in values}
    sent = (value for value in call.values.values() if isinstance(value, str))
    return next((allowed[_stem(value)] for value in sent if _stem(value) in allowed), "")


def _stem(value: str) -> str:
    """Spellings of one value have one stem: "closed-won", "Closed Won"; "cancelled", "Canceled"; "win", "won"."""
    words = plain(value).replace("ll", "l")
    return {"win": "won", "loss": "lost"}.get(words, words)


def _bad_date(turn: Turn) -> bool:
    return any("ISO" in call.error and _date_sent(call) for call in _unresolved(turn))


def _date_sent(call: Call) -> bool:
    """Whether a real day was sent; one that does not exist is rightly refused."""
    return any(day_in(call.values.get(name, "")) for name in DATE_COLUMNS)


def _text_amount(turn: Turn) -> bool:
    return any(
        "numeric" in call.error and any(_digits(call.values.get(name)) for name in MONEY_COLUMNS)
        for call in _unresolved(turn)
    )


def _digits(value: JsonValue) -> str:
    """The bare number in an amount that is text, "" when it is none; short forms are written out."""
    if not isinstance(value, str):
        return ""
    if scaled := scaled_amounts(value):
        return str(scaled[0][1])
    bare = re.sub(r"USD|EUR|dollars?|[$€£,\s]", "", value, flags=re.IGNORECASE)
    return bare if re.fullmatch(r"-?\d+(?:\.\d+)?", bare) else ""


def _invented(turn: Turn) -> bool:
    shown: set[str] = set()
    for call in turn.calls:
        for _, ident in call.ids():
            unknown = not turn.earlier and ident not in shown and "not found" in call.error
            if (UUID.fullmatch(ident) is None or unknown) and ident not in turn.request:
                return True
        shown |= set(UUID.findall(dumps(call.result)))
    return False


def _worked_around(turn: Turn) -> bool:
    for call in turn.calls:
        if call.writes and call.error:
            tries = [later for later in turn.later(call) if later.tool == call.tool and _one_record(call, later)]
            if any(not _same_request(call, other, turn) for other in tries):
                return True
    return False


def _one_record(failed: Call, other: Call) -> bool:
    """Whether both calls are about one record; two new ones have names of their own."""
    naming = [(failed.values.get(name), other.values.get(name)) for name in ("name", "first_name", "last_name")]
    return not other.tool.startswith(CREATES) or all(first == second for first, second in naming)


def _same_request(failed: Call, other: Call, turn: Turn) -> bool:
    """Whether the second call asks for the same in another form."""
    return all(
        _same(failed.values.get(name), other.values.get(name), name, turn)
        for name in {*failed.values, *other.values}
    )


def _same(first: JsonValue, second: JsonValue, name: str, turn: Turn) -> bool:
    if first == second or name.endswith("_id"):
        return True
    if first is None or second is None:
        return False
    if name in DATE_COLUMNS:
        return day_in(first) == day_in(second) and day_in(first) is not None
    if name in MONEY_COLUMNS:
        return _digits(first) != "" and float(_digits(first)) == second
    return isinstance(first, str) and _stem(first) == _stem(str(second)) and _EXACTLY.search(turn.request) is None


def _claimed(turn: Turn) -> bool:
    wrote = any(call.wrote for call in turn.calls)
    failed = any(call.writes and call.error for call in turn.calls)
    ordered = failed or _ORDERS.search(turn.request) is not None
    return ordered and not wrote and bool(_SUCCESS.search(turn.reply)) and not _REFUSAL.search(turn.reply)


# Records


def _wrong_hit(turn: Turn) -> bool:
    return any(_took_another(turn, call) for call in turn.calls if call.tool.endswith("_search") and call.rows)


def _took_another(turn: Turn, call: Call) -> bool:
    """Whether a search by name was followed by work on a hit that the request does not name."""
    given = " ".join(
        str(call.values[name]) for name in ("first_name", "last_name", "name") if call.values.get(name)
    )
    if not given or given.casefold() not in turn.request.casefold():
        return False
    right = [row for row in call.rows if names(turn.request, row.name)]
    if not right and names(turn.request, given):
        return False
    others = [row for row in call.rows if row not in right]
    used = {ident for later in turn.later(call) for _, ident in later.ids()}
    if used & {row.ident for row in call.rows}:
        return not used & {row.ident for row in right}
    told = any(names(turn.reply, row.name) for row in others)
    return told and not any(names(turn.reply, row.name) for row in right)


def _wrong_reference(turn: Turn) -> bool:
    return _other_deal(turn) or _other_place(turn)


def _other_deal(turn: Turn) -> bool:
    """Whether "that deal" was taken for one that the newest reply about a deal is not about."""
    if not _BACK.search(turn.request) or _LONG_NAME.search(turn.request):
        return False
    touched = {row.name for call in turn.calls for row in call.rows if row.key == "opportunity_id" and row.name}
    subjects = [found[1] for said in turn.earlier if (found := _SUBJECT.match(said))]
    return len(touched) == 1 and bool(touched & {*subjects}) and subjects[-1] not in touched


def _other_place(turn: Turn) -> bool:
    """Whether "the second one" was taken for another place of the newest list."""
    nth = NTH.search(turn.request)
    items = next((items for said in reversed(turn.earlier) if (items := listed(said))), ())
    touched = [row for call in turn.calls for row in call.rows]
    if nth is None or len({row.ident for row in touched}) != 1:
        return False
    place = _PLACES[nth[1].lower()]
    places = [index for index, item in enumerate(items) if _shows(item, touched[0])]
    return len(places) == 1 and -len(items) <= place < len(items) and places[0] != place % len(items)


def _shows(item: str, row: Row) -> bool:
    version = str(row.values.get("version") or "")
    return (
        names(item, row.name)
        if row.name
        else bool(version) and re.search(rf"\b{version}\b", item, re.I) is not None
    )


def _duplicated(turn: Turn) -> bool:
    seen: set[tuple[str, str]] = set()
    for call in turn.calls:
        if (made := call.made) is not None and not call.tool.startswith(("clone_", "ensure_")):
            if made.name and (made.key, made.name.casefold()) in seen:
                return True
            if made.key == "client_id" and _only_a_parent(turn, call, made):
                return True
        seen |= {(row.key, row.name.casefold()) for row in call.rows}
    return False


def _only_a_parent(turn: Turn, call: Call, client: Row) -> bool:
    """Whether a client was created for nothing but the record that was asked for under it."""
    asked_for = re.search(
        r"\bnew (?:client|customer|account)\b|\bas an? (?:\w+ )?(?:client|customer)\b", turn.request, re.I
    )
    used = any(later.writes and client.ident in dict(later.ids()).values() for later in turn.later(call))
    return used and asked_for is None


# Values


def _misread_scale(turn: Turn) -> bool:
    sent = [call.values.get(name) for call in turn.calls if call.writes for name in MONEY_COLUMNS]
    numbers = {float(value) for value in sent if isinstance(value, (int, float))}
    return any(bare in numbers and meant not in numbers for bare, meant in scaled_amounts(turn.request))


def _miscounted(turn: Turn) -> bool:
    if turn.today is None or EXPLICIT_DATE.search(turn.request):
        return False
    for call in turn.calls:
        written = [
            (name, day) for name in DATE_COLUMNS if call.wrote and (day := day_in(call.values.get(name, "")))
        ]
        for name, day in written[:1]:
            ident = next((ident for _, ident in call.ids()), "")
            present = day_in(turn.before.get(ident, {}).get(name, ""))
            meant = days_meant(turn.request, turn.today, present)
            if meant and day not in meant:
                return True
    return False


_TOLD: dict[str, str] = {
    "probability": r"%|percent|probab|likel|chance|odds",
    "close_date": r"\bclos|\bdue\b|\bby\b|\bdate\b|\buntil\b|week|month",
    "valid_until": r"valid|until|expir|good (?:for|through)|week|month|\bdate\b",
    "start_date": r"start|begin|from|effective|date",
    "end_date": r"\bend|until|through|expir|date",
}
"""Columns whose value may be said in other words than it is written in, and the words that tell of them."""
_OPTIONAL = (
    *_TOLD,
    "notes",
    "owner",
    "industry",
    "phone",
    "address",
    "title",
    "version",
    "quote_prefix",
    "uploaded_by",
    "created_by",
)


def _extra_field(turn: Turn) -> bool:
    made = [call for call in turn.calls if call.made and not call.tool.startswith(("clone_", "ensure_"))]
    return any(
        not _told_of(turn, name, call.values[name]) for call in made for name in _OPTIONAL if call.values.get(name)
    )


def _told_of(turn: Turn, name: str, value: JsonValue) -> bool:
    pattern = _TOLD.get(name)
    if name == "version":
        pattern = rf"\bv?{re.escape(str(value).lower().removeprefix('v'))}\b"
    if pattern is None:
        return turn.mentions(str(value))
    return re.search(pattern, turn.request, re.IGNORECASE) is not None


# Completeness


def _stopped(turn: Turn) -> bool:
    """Whether some parts of the request were tried and others not."""
    found = list(_PARTS.finditer(turn.request))
    going_on = sum(part["back"] is not None for part in found)
    parts = len(found) + len(_UNSAID.findall(turn.request))
    if _SEVERAL.search(turn.request) and not re.search(r"\b(?:tell me|let me know)\b", turn.request, re.IGNORECASE):
        parts = max(parts, 2)
    tried = sum(_parts_of(call, going_on) for call in turn.calls if call.writes)
    return parts > 1 and 0 < tried < parts and not _REFUSAL.search(turn.reply)


def _parts_of(call: Call, going_on: int) -> int:
    """How many parts of a request a call can carry out: fields of a change, or all that is said of a new record."""
    if call.tool.startswith("modify_"):
        return max(1, len(call.values) - 1)
    return 1 + (going_on if call.tool.startswith(CREATES) else 0)


def _not_done(turn: Turn) -> bool:
    if _LOST.search(turn.reply):
        return True
    ordered = _ORDERED.search(turn.request) is not None
    return not turn.reply or (
        ordered
        and not any(call.writes for call in turn.calls)
        and not _REFUSAL.search(turn.reply)
        and not _claimed(turn)
    )


_NUMBER_WORD = r"\b(?:\d{1,3}|no|none|zero|one|two|three|four|five|six|seven|eight|nine|ten)\b"
_MONEY = r"\$\s?\d|\b\d{1,3}(?:,\d{3})+|\b\d{4,}(?:\.\d+)?\b|amount|value"
_DATE = r"\b\d{4}-\d\d-\d\d\b|" + EXPLICIT_DATE.pattern
_ASKED: tuple[tuple[str, str, str], ...] = (
    ("stage", r"\bstage\b|\bwhere do we stand\b", r"\bstage\b"),
    ("amount", r"\bamount\b|\bworth\b|\bhow much\b|\bhow large\b|\bvalue\b|\bfigure\b", _MONEY),
    ("date", r"\bwhen\b|\bdate\b|\bexpir(?!ed)\w+|\bhow long\b", _DATE),
    ("version", r"\bversion\b", r"\bv\d|\bversion\b"),
    ("title", r"^(?!.*\bwho\b).*(?:\btitle\b|\bposition\b)", r"\btitle\b"),
    (
        "owner",
        r"\bowners?\b|\bowns\b|\bresponsible\b|\bin charge\b|\bhandling\b|\blooks after\b|\bassigned to\b",
        r"\bowner\b|\bowned\b",
    ),
    ("email", r"\be-?mail\b", r"@|\be-?mail\b"),
    ("phone", r"\bphone\b|\bnumber (?:can|do|to)\b", r"\+?\d[\d ()-]{6,}|\bphone\b"),
    ("address", r"(?<!mail )\baddress\b|\blocated\b", r"\baddress\b"),
    ("status", r"\bstatus\b", r"\bstatus\b"),
    ("probability", r"\bprobabilit|\blikely\b|\bchances?\b|\bodds\b", r"\d\s?%|percent|\bprobability\b"),
    ("count", r"\bhow many\b|\bnumber of (?!all |the )?(?:deals|quotes|open)|\bcount\b", _NUMBER_WORD),
    ("total", r"\badd up\b|\btotal\b|\btogether\b|\bcombined\b", _MONEY),
)
"""A kind of fact, the words that ask for it, and what a reply that gives it looks like."""


def _left_out(turn: Turn) -> bool:
    question = _question(turn.request)
    if not question or not turn.reply or _REFUSAL.search(turn.reply):
        return False
    kinds = {kind for kind, wanted, _ in _ASKED if re.search(wanted, question, re.IGNORECASE)}
    if kinds & {"count", "total"}:
        kinds = kinds & {"count", "total"} | ({"total"} if "amount" in kinds else set())
    if "stage" in kinds:
        kinds -= {"status"}
    return any(not _given(turn, kind, shape) for kind, _, shape in _ASKED if kind in kinds)


def _question(request: str) -> str:
    """The part of a request that asks for facts; "" when it only orders."""
    if _ORDERS.search(request) is None:
        return request
    found = re.search(
        r"\b(?:tell me|give me|let me know|look up|show me|what|how much|until when)\b.*", request, re.I | re.S
    )
    return found[0] if found else ""


def _given(turn: Turn, kind: str, shape: str) -> bool:
    """Whether the reply holds such a fact, names of records aside, in which numbers and words mean nothing."""
    reply = turn.reply
    for row in {row.name: row for call in turn.calls for row in call.rows}.values():
        if any(
            value and str(value) in reply for name, value in row.values.items() if name == kind and kind != "amount"
        ):
            return True
        reply = reply.replace(row.name, "") if row.name else reply
    if kind == "count":
        reply = re.sub(rf"{_MONEY}|{_DATE}", "", reply)
    return re.search(shape, reply, re.IGNORECASE) is not None


def _counted_closed(turn: Turn) -> bool:
    if not OPEN.search(turn.request) or _NOT_ONLY_OPEN.search(turn.request):
        return False
    deals = {row.ident: row for call in turn.calls for row in call.rows if row.key == "opportunity_id"}
    closed = [row for row in deals.values() if plain(row.values.get("stage", "")).startswith("closed")]
    live = [row for row in deals.values() if row not in closed]
    if not closed:
        return False
    if any(names(turn.reply, row.name) for row in closed):
        return True
    everything, right = (
        sum(float(row.values.get("amount") or 0) for row in rows) for rows in (deals.values(), live)
    )
    return f"{everything:,.0f}" in turn.reply and f"{right:,.0f}" not in turn.reply


_SIGNS: dict[Mistake, Callable[[Turn], bool]] = {
    Mistake.CLAIMED: _claimed,
    Mistake.WORKED_AROUND: _worked_around,
    Mistake.WRONG_HIT: _wrong_hit,
    Mistake.REFERENCE: _wrong_reference,
    Mistake.INVENTED_ID: _invented,
    Mistake.DUPLICATE: _duplicated,
    Mistake.SCALE: _misread_scale,
    Mistake.DATE_COUNT: _miscounted,
    Mistake.SPELLING: _misspelled,
    Mistake.DATE_FORM: _bad_date,
    Mistake.CURRENCY: _text_amount,
    Mistake.STOPPED: _stopped,
    Mistake.EXTRA_FIELD: _extra_field,
    Mistake.CLOSED_COUNTED: _counted_closed,
    Mistake.LEFT_OUT: _left_out,
    Mistake.NOT_DONE: _not_done,
}
