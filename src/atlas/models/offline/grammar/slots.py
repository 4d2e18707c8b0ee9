"""Slots: the fields that a clause gives values for, each with its value or the change it asks for."""

from __future__ import annotations

import re
from collections.abc import Iterator

from atlas.models.offline.grammar.amounts import (
    amount_slots,
    date_slots,
    factor_slots,
    field_of_type,
    length_slots,
    percent_slots,
)
from atlas.models.offline.grammar.asks import Act, Ref, Slot
from atlas.models.offline.grammar.borrowed import borrowed
from atlas.models.offline.grammar.marks import Marked
from atlas.models.offline.grammar.references import Mention
from atlas.models.offline.grammar.states import odd_state_slots, state_slots
from atlas.models.offline.grammar.texts import cleared_slots, plain_text, text_slots, value_slots, version_slots
from atlas.models.offline.kinds import INFO, Field, Kind

_SAME = re.compile(
    r"\b(?:(?:at|for|with|to|of|use|using|match(?:es|ing)?|equal(?:s|ling)? to|as)\s+)?(?:the\s+)?(?:same|"
    r"identical|equal|matching|full|whole)\s+(?P<field>amount|value|price|total|close date|closing date|date|"
    r"owner|stage|probability|status|figure|deal (?:amount|value)|version|prefix|number)s?\b(?:\s+(?:as|like|"
    r"that|of|to)\b(?P<rest>[^,.;]*))?"
    r"|\b(?:match(?:es|ing)?|equal(?:s)? to|mirror(?:s|ing)?|in line with|same as|identical "
    r"to)\s+(?P<rest2>(?:the|that|its|this|what)\s[^,.;]*)"
    r"|\bfor (?:the |its )?full (?P<field3>amount|value|deal (?:amount|value))\b(?P<rest3>(?: of)?[^,.;]*)",
    re.IGNORECASE,
)


_SAME_LOOSELY = re.compile(
    r"\b(?:its|the|that|deal(?:['’]s)?|opportunity(?:['’]s)?|full|whole|entire|same|current|present|matching|"
    r"equal\w*|identical)\b[^.]{0,40}?\b(?:amount|value|price|worth|total|figure)\b",
    re.IGNORECASE,
)


_UNKNOWN_TAIL = (
    r"\s*(?:to|at|of|as|is|:|=|should be|on|for)\s+(?:be\s+)?(?:a\s+|an\s+|the\s+)?(?P<v>(?:<[nqexpmduat]\d+>|"
    r"[\w'-]+)(?:\s+(?!and\b|with\b|for\b|on\b|at\b|in\b|but\b)(?:<[nqexpmdua]\d+>|[\w'-]+)){0,4})"
)


_BAD_EMAIL = re.compile(
    r"\be-?mail(?: address)?\b[^;?!]*?(?:\b(?:is|to|of|with|as)\b|:|=|\bmail\b)?\s*"
    r"(?P<v>(?<=\s)(?:[a-z]\w* (?:at|dot) )?[a-z][\w-]*(?:\.[\w-]+)+|<f\d+>|<l\d+>)",
    re.IGNORECASE,
)
_NAMES = re.compile(r"\b(?:name|renam|call|title)", re.IGNORECASE)
_LOOSE_VALUE = re.compile(
    r"\b(?:put|make|set|enter|record|change|price)\b[^.]*?(?P<v><q\d+>)\s+(?:on|as|for|in)\b"
    r"|\b(?:to|at|goes to|is|worth|of)\s+(?P<w><q\d+>)",
    re.IGNORECASE,
)
_TOLD_VALUE = re.compile(r":\s*(?P<v><q\d+>)\s*(?:,|$|\.)|(?P<w><q\d+>)")


def slots(text: str, marked: Marked, kind: Kind, act: Act, found: list[Mention]) -> tuple[Slot, ...]:
    """Values given in a clause for the fields of `kind`, at most one a field; the last given wins."""
    taken, rest = borrowed(text, marked, kind, act)
    masked = _without_filters(rest, [m for m in found if act is not Act.CREATE or m.ref.kinds != (kind,)])
    chosen = {slot.field: slot for slot in taken}
    for reader in (
        _same,
        cleared_slots,
        amount_slots,
        percent_slots,
        date_slots,
        length_slots,
        state_slots,
        value_slots,
        text_slots,
        version_slots,
        factor_slots,
        odd_state_slots,
    ):
        for slot in reader(masked, marked, kind, act):
            chosen.setdefault(slot.field, slot)
    for slot in _unparsed(masked, marked, kind, act, frozenset(chosen)):
        chosen.setdefault(slot.field, slot)
    return tuple(chosen.values())


def _without_filters(text: str, found: list[Mention]) -> str:
    """The clause with values that describe a record ("the $5,000 quote") blanked, so that they set nothing."""
    for mention in found:
        inside = text[mention.start : mention.end]
        blanked = (
            re.sub(r"<[empxv]\d+>", lambda tag: " " * len(tag[0]), inside)
            if not mention.ref.filters.empty
            else inside
        )
        text = text[: mention.start] + blanked + text[mention.end :]
    return text


def _same(text: str, marked: Marked, kind: Kind, act: Act) -> Iterator[Slot]:
    loose = (
        _SAME_LOOSELY.search(text)
        if act is Act.CREATE and kind in (Kind.QUOTE, Kind.CONTRACT) and not re.search(r"<[mpxq]\d+>", text)
        else None
    )
    if loose:
        yield Slot("amount" if kind is Kind.QUOTE else "value", loose[0], same_as=Ref(), same_field="amount")
    for match in _SAME.finditer(text):
        said = (match["field"] or match["field3"] or "").lower()
        field = _same_field(said, kind, match[0])
        if field is not None:
            yield Slot(field.name, match[0], same_as=Ref(), same_field=said or match[0])


def _same_field(said: str, kind: Kind, phrase: str) -> Field | None:
    fields = INFO[kind].fields
    named = next((f for f in fields if said and re.search(rf"\b(?:{f.words})\b", said, re.IGNORECASE)), None)
    return named or next((f for f in fields if re.search(rf"\b(?:{f.words})\b", phrase, re.IGNORECASE)), None)


def _unparsed(text: str, marked: Marked, kind: Kind, act: Act, taken: frozenset[str]) -> Iterator[Slot]:
    """Values without a known form, passed on as said so that the tool can name what is wrong with them."""
    for field in INFO[kind].fields:
        if field.name in taken or field.type in ("name", "text", "file", "url"):
            continue
        match = re.search(rf"\b(?:{field.words})\b{_UNKNOWN_TAIL}", text, re.IGNORECASE)
        if match and _is_worth_trying(match["v"], act):
            yield Slot(field.name, plain_text(match["v"], marked))
    if "email" not in taken and INFO[kind].has("email") and (bad := _BAD_EMAIL.search(text)):
        yield Slot("email", plain_text(bad["v"], marked))
    yield from _odd_amount(text, marked, kind, act, taken)


def _is_worth_trying(value: str, act: Act) -> bool:
    if re.match(r"<[qna]\d+>$", value):
        return True
    return act is Act.MODIFY and not re.match(r"<|it\b|that\b|this\b|the\b|now\b|wrong\b", value)


def _odd_amount(text: str, marked: Marked, kind: Kind, act: Act, taken: frozenset[str]) -> Iterator[Slot]:
    """An amount that is none: "TBD", "upon request"."""
    money = field_of_type(kind, "money")
    if money is None or money.name in taken:
        return
    loose = _LOOSE_VALUE.search(text)
    if loose and not taken and not _NAMES.search(text):
        yield Slot(money.name, plain_text(loose["v"] or loose["w"], marked))
    told = _TOLD_VALUE.search(text)
    if act is Act.CREATE and kind in (Kind.QUOTE, Kind.CONTRACT) and told:
        yield Slot(money.name, plain_text(told["v"] or told["w"], marked))
