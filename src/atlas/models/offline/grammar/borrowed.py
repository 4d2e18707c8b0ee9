"""Borrowed values: fields that are to get what another record has: "the same close date as X"."""

from __future__ import annotations

import re

from atlas.models.offline.grammar.asks import Act, Filters, Ref, Slot
from atlas.models.offline.grammar.marks import Marked
from atlas.models.offline.kinds import INFO, Kind

_FIELD = r"(?P<field>close date|closing date|amount|value|price|owner|stage|probability)"
_OTHER = r"(?:the |our )?(?:deal |opportunity )?(?P<name><[nq]\d+>)"
_QUOTE = r"(?:its|the|that|the deal['’]s) (?:(?P<version><v\d+>) quote|quote (?P<version2><v\d+>))"

_PATTERNS = tuple(
    (re.compile(pattern, re.IGNORECASE), field)
    for pattern, field in (
        (rf"\b{_FIELD}\b[^,;.]*? (?P<lent>to (?:the (?P=field)|that) of (?:{_OTHER}|{_QUOTE}))", ""),
        (rf"(?P<lent>\bthe same {_FIELD} as (?:{_OTHER}|{_QUOTE}))", ""),
        (rf"(?P<lent>\bon the same (?:day|date) as {_OTHER})", "close date"),
        (rf"(?P<lent>\bto the (?:day|date) {_OTHER} closes)", "close date"),
        (rf"(?P<lent>\bequal to the {_FIELD} of {_QUOTE})", ""),
        (rf"(?P<lent>\b(?:in line with|match(?:es)?|to what) {_QUOTE})", "amount"),
    )
)
"""Where a value is lent, and the usual field when none is named."""


def borrowed(text: str, marked: Marked, kind: Kind, act: Act) -> tuple[tuple[Slot, ...], str]:
    """The fields of a record to be changed whose new value stands in another one, and the clause without them."""
    found: list[Slot] = []
    for pattern, usual in _PATTERNS if act is Act.MODIFY else ():
        while match := pattern.search(text):
            groups = match.groupdict()
            said = usual or match["field"]
            field = next((f for f in INFO[kind].fields if re.search(rf"\b(?:{f.words})\b", said, re.I)), None)
            if field is not None:
                found.append(
                    Slot(field.name, match["lent"], same_as=_source(groups, marked), same_field=said.lower())
                )
            text = _blanked(text, match)
    return tuple(found), text


def without_borrowed(text: str) -> str:
    """The clause with such values blanked, every other word in its place."""
    for pattern, _ in _PATTERNS:
        while match := pattern.search(text):
            text = _blanked(text, match)
    return text


def _blanked(text: str, match: re.Match[str]) -> str:
    start, end = match.span("lent")
    return f"{text[:start]}{' ' * (end - start)}{text[end:]}"


def _source(groups: dict[str, str | None], marked: Marked) -> Ref:
    """Where the value stands; a quote is one of the record that is changed."""
    if name := groups.get("name"):
        return Ref((Kind.OPPORTUNITY,), name=marked.spans[name].said.strip())
    version = groups.get("version") or groups.get("version2") or ""
    return Ref((Kind.QUOTE,), filters=Filters(versions=(marked.spans[version].said.lower(),)))
