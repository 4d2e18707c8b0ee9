"""Amounts and dates of a clause: money, percentages, days and lengths of time as values or as changes of values."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from atlas.models.offline.grammar.asks import Act, Shift, Slot
from atlas.models.offline.grammar.marks import Marked, Span
from atlas.models.offline.kinds import INFO, Field, Kind

NOT_NEW = re.compile(
    r"(?:\b(?:from|currently|was|were|instead of|rather than|not|no longer|previously|formerly|down from|up "
    r"from|used to be|originally|than)\s+(?:the\s+|a\s+|at\s+|in\s+)?)$",
    re.IGNORECASE,
)


_DOWN = re.compile(
    r"\b(?:lower|decreas|cut|reduc|drop|discount|trim|shave|knock|less|off|minus|down|cheaper|subtract|"
    r"earlier|forward|sooner|bring in|pull in|shorten|below|under|deduct|slash)\w*\b",
    re.IGNORECASE,
)


_BY = re.compile(
    r"(?:\bby(?:\s+(?:another|an extra|an additional|a further|exactly|about))?|\banother|\ban extra|"
    r"\badd(?:ing)?|\bplus|\bminus|\bless|\bknock|\bshave|\btake|\boff|\bof)\s*$",
    re.IGNORECASE,
)


_AFTER_SHIFT = re.compile(
    r"^\s*(?:more|higher|extra|increase|on top|uplift|bump|raise|above|over|less|lower|off|discount|reduction|"
    r"cheaper|cut|below|under|decrease|drop|markup|mark-up|hike)\b",
    re.IGNORECASE,
)


_FACTOR = re.compile(
    r"\b(?P<up2>doubl(?:e|ing)|twice)\b|\b(?P<half>halv(?:e|ing)|cut .* in half|half of)\b|"
    r"\b(?P<up3>tripl(?:e|ing))\b",
    re.IGNORECASE,
)


_MONEY_WORDS = re.compile(
    r"\b(?:amounts?|values?|worth|price|deal size|size|budget|total|figure|cost)\b", re.IGNORECASE
)


_PERCENT_WORDS = re.compile(r"\b(?:probabilit|likelihood|chance|odds|likely|confidence|win rate)", re.IGNORECASE)


def field_of_type(kind: Kind, type_: str) -> Field | None:
    return next((field for field in INFO[kind].fields if field.type == type_), None)


def spans(text: str, letters: str) -> Iterator[tuple[str, int, int]]:
    for found in re.finditer(rf"<[{letters}]\d+>", text):
        yield found[0], found.start(), found.end()


def _clause_before(text: str, end: int) -> str:
    """What stands before a value, back to the previous value or comma."""
    return re.split(r"<[mpdeuatfx]\d+>|[;]|,(?!\s*(?:by|to|at))", text[:end])[-1]


def amount_slots(text: str, marked: Marked, kind: Kind, act: Act) -> Iterator[Slot]:
    field = field_of_type(kind, "money")
    if field is None:
        return
    values = [
        (tag, start, end)
        for tag, start, end in spans(text, "mx")
        if not NOT_NEW.search(text[:start])
        and (tag[1] == "m" or _is_amount(text, start, end, marked.spans[tag], field, act))
    ]
    for tag, start, end in reversed(values):
        span = marked.spans[tag]
        before, after = text[max(0, start - 60) : start], text[end : end + 30]
        relative = (
            act is Act.MODIFY
            and (_BY.search(before) or _AFTER_SHIFT.match(after))
            and not re.search(r"\bto\s*$", before)
        )
        if relative and not re.search(r"\b(?:amount|value|price|total|worth)\s+of\s*$", before, re.IGNORECASE):
            down = _DOWN.search(f"{before} {after}") is not None and not re.search(
                r"\b(?:more|increase|add)\b", f"{before} {after}", re.IGNORECASE
            )
            yield Slot(field.name, span.text, shift=Shift(amount=span.number, down=down))
        else:
            yield Slot(field.name, span.text, number=span.number)


def _is_amount(text: str, start: int, end: int, span: Span, field: Field, act: Act) -> bool:
    """Whether a bare number is an amount: labelled as one, or large and not labelled as something else."""
    before = _clause_before(text, start)
    if re.search(
        r"\b(?:versions?|probabilit\w*|likelihood|chance|odds|prefix|rev|revision|number|top|first|last|phase|"
        r"win rate|confidence|likely)\b[\w\s:=-]{0,20}$",
        before,
        re.IGNORECASE,
    ):
        return False
    labelled = (
        re.search(rf"\b(?:{field.words}|for|at|to|usd|of)\b[\s\w:=]{{0,14}}$", before, re.IGNORECASE) is not None
    )
    number = span.number
    if number == 0 and re.search(r"\b(?:re)?pric(?:e|ing)\b.*\b(?:at|to)\s*$", text[:start], re.IGNORECASE):
        return True
    if act is Act.CREATE and number == 0 and re.search(r"(?:\b(?:over|at|of|for|worth)|:)\s*$", text[:start]):
        return True
    if re.match(r"\s*(?:as|for|in) (?:the |its )?(?:new )?(?:amount|value|price)\b", text[end:], re.IGNORECASE):
        return True
    if re.search(r"\bit should be\s*$", before) and _MONEY_WORDS.search(text[:start]):
        return True
    if _MONEY_WORDS.search(before) or (
        field.name == "amount"
        and re.search(r"\b(?:quote|proposal|offer)\b[^.]*\b(?:to|at)\s*$", text[:start], re.IGNORECASE)
    ):
        return True
    return (
        number is not None
        and (abs(number) >= 1000 or (labelled and abs(number) >= 100))
        and not (1990 <= number <= 2100 and not labelled)
    )


def percent_slots(text: str, marked: Marked, kind: Kind, act: Act) -> Iterator[Slot]:
    percent, money = field_of_type(kind, "percent"), field_of_type(kind, "money")
    for tag, start, end in reversed(list(spans(text, "px"))):
        span = marked.spans[tag]
        before, after = text[max(0, start - 70) : start], text[end : end + 60]
        if NOT_NEW.search(before):
            continue
        if tag[1] == "x":
            if (
                percent
                and _PERCENT_WORDS.search(_clause_before(text, start))
                and not _MONEY_WORDS.search(_clause_before(text, start))
            ):
                yield Slot(percent.name, span.text, number=span.number)
            continue
        near = _clause_before(text, start)
        of_chance = _PERCENT_WORDS.search(near) is not None or re.match(
            r"\s*(?:\w+\s+){0,2}(?:probab|likel|chance|odds|confiden|sure|certain)", after, re.IGNORECASE
        )
        shifts = _BY.search(before) is not None or _AFTER_SHIFT.match(after) is not None
        if money and shifts and not of_chance:
            down = _DOWN.search(f"{near} {after[:25]}") is not None and not re.search(
                r"\b(?:more|higher|increase|raise|bump)\b", f"{near} {after[:25]}", re.IGNORECASE
            )
            yield Slot(money.name, span.text, shift=Shift(percent=span.number, down=down))
        elif percent and shifts and _BY.search(before) and not re.search(r"\bof\s*$", before) and act is Act.MODIFY:
            yield Slot(
                percent.name, span.text, shift=Shift(amount=span.number, down=_DOWN.search(near) is not None)
            )
        elif percent:
            yield Slot(percent.name, span.text, number=span.number)


def date_slots(text: str, marked: Marked, kind: Kind, act: Act) -> Iterator[Slot]:
    fields = [field for field in INFO[kind].fields if field.type == "date"]
    if not fields:
        return
    for tag, start, _ in reversed(list(spans(text, "d"))):
        span = marked.spans[tag]
        before = _clause_before(text, start)
        if NOT_NEW.search(before) and len(fields) == 1:
            continue
        field = fields[0] if len(fields) == 1 else _labelled(fields, before)
        yield Slot(field.name, span.said, day=span.day)


def _labelled(fields: list[Field], before: str) -> Field:
    """The field whose words stand nearest before a value; the first field when none does."""
    nearest = [
        (max((m.end() for m in re.finditer(rf"\b(?:{f.words})\b", before, re.IGNORECASE)), default=-1), f)
        for f in fields
    ]
    return max(nearest, key=lambda pair: pair[0])[1] if any(end >= 0 for end, _ in nearest) else fields[0]


def length_slots(text: str, marked: Marked, kind: Kind, act: Act) -> Iterator[Slot]:
    field = field_of_type(kind, "date")
    if field is None:
        return
    for tag, start, end in spans(text, "u"):
        span = marked.spans[tag]
        near = f"{text[:start]} {text[end : end + 25]}"
        if act is Act.MODIFY or re.search(r"\bafter\b|\blater\b", near):
            down = (
                re.search(
                    r"\b(?:earlier|forward|sooner|pull\w*|bring\w*|shorten|advance|(?<!set )up by)\b",
                    near,
                    re.IGNORECASE,
                )
                is not None
            )
            yield Slot(field.name, span.text, shift=Shift(duration=span.length, down=down))
        elif re.search(
            r"\b(?:valid|good|expires?|open|validity|close|closing)\b[\w\s]*$", text[:start], re.IGNORECASE
        ) or re.match(r"\s*(?:of )?valid", text[end:]):
            yield Slot(field.name, span.text, shift=Shift(duration=span.length))


def factor_slots(text: str, marked: Marked, kind: Kind, act: Act) -> Iterator[Slot]:
    field = field_of_type(kind, "money")
    if field and act is Act.MODIFY and (match := _FACTOR.search(text)):
        percent = Decimal(100) if match["up2"] else Decimal(200) if match["up3"] else Decimal(50)
        yield Slot(field.name, match[0], shift=Shift(percent=percent, down=match["half"] is not None))
