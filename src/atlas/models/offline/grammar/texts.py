"""Texts of a clause: titles, addresses, versions, e-mail addresses and the like, and fields to be emptied."""

from __future__ import annotations

import re
from collections.abc import Iterator

from atlas.models.offline.grammar.amounts import NOT_NEW, field_of_type, spans
from atlas.models.offline.grammar.asks import Act, Slot
from atlas.models.offline.grammar.marks import TAG, Marked
from atlas.models.offline.kinds import INFO, Kind

_VERSION = re.compile(
    r"\b(?:versions?|revision|rev\.?)\s*(?:number\s*|no\.?\s*|to\s+|of\s+|is\s+|as\s+|:\s*|=\s*|"
    r"label(?:led)?\s+)*(?P<v><[vxq]\d+>|\d+(?:\.\d+)*)|(?P<short><v\d+>)",
    re.IGNORECASE,
)


_PREFIX = re.compile(
    r"\bprefix(?:es)?\s*(?:to\s+|of\s+|is\s+|as\s+|should be\s+|:\s*|=\s*|set to\s+|changed "
    r"to\s+)*(?P<p><[nqx]\d+>(?:-\w+)?|[A-Z][A-Z0-9-]*[A-Z0-9]|[A-Z]+)",
    re.IGNORECASE,
)


_END = (
    r"(?=\s*(?:[,;]|\.(?:\s|$)|$|\s(?:and|with|but|phone|e-?mail|reachable|owner|status|title|industry|"
    r"address|who|whose|plus|as (?:a|an|their|our|the)\b|at <|for <|under <|to <|in the <|please|instead)\b|"
    r"\(|\)|–|—|\?|!))"
)


_TEXT_FIELDS: dict[str, re.Pattern[str]] = {
    "title": re.compile(
        rf"(?:\b(?:job\s+)?(?:title|role|position)\s*(?:to|is|as|of|:|=|will be|should (?:be|read|say)|(?:is "
        rf")?now|becomes|reads)?\s*(?:be\s+|now\s+)?|\b(?:promoted to|works? (?:there )?as|working as|became|"
        rf"now works as|moved up to|took over as|is their|is our|their new|is the|is now(?: the| "
        rf"their)?))(?P<v><[nq]\d+>(?:[ ,&]+(?:and\s+|of\s+)?<n\d+>)?|[a-z][\w /&-]{{2,40}}?){_END}",
        re.IGNORECASE,
    ),
    "industry": re.compile(
        rf"(?:\b(?:industry|sector|vertical|line of business)\s*(?:to|is|as|of|:|=|should be|becomes|"
        rf"now)?\s*(?:now\s+|be\s+)?(?P<v><[nq]\d+>(?:\s+(?:and|&)\s+<n\d+>)?|[a-z][\w /&-]{{2,30}}?){_END}|"
        rf"\b(?:in|from)\s+(?:the\s+)?(?P<w><n\d+>|[a-z][\w &-]{{2,30}}?)\s+(?:industry|sector|space|business|"
        rf"vertical)\b|\b(?:an?|new)\s+(?P<z>[a-z]+)\s+(?:company|firm|business|outfit)\b)",
        re.IGNORECASE,
    ),
    "address": re.compile(
        r"\b(?:address(?!ed)|located at|based at|moved to|relocated to|headquartered at|offices? (?:at|to|in)|"
        r"headquarters (?:at|to))\s*(?:to|is|as|:|=|at|should be|now)?\s*(?:now\s+)?(?P<v>(?:<[nqxtr]\d+>|"
        r"\d+)(?:[ ,.-]+(?:<[nqxt]\d+>|\d[\w-]*|[A-Z][\w.]*|St\.?|Str\.?|der|am|an|im|zum|of))*)",
    ),
    "notes": re.compile(
        r"\bnotes?\b(?: field)?\s*(?:to|with|as|:|=|saying|that|reads?|say)+\s*(?P<v><q\d+>|<n\d+>|[^.;]+)",
        re.IGNORECASE,
    ),
}


_CLEARED = re.compile(
    r"\b(?:clear|empty|blank|wipe|erase|remove|delete|drop|unset)\w*\b[^.?!]{0,40}?\b(?P<f>name|owner|title|"
    r"phone(?: number)?|e-?mail|address|industry|close date|probability|notes?)\b"
    r"|\b(?P<f3>name|owner|title|phone|e-?mail|address|industry|notes)\b[^.?!]{0,60}?\bto (?:nothing|blank|"
    r"empty|an empty|none|no value)\b"
    r"|\b(?P<f2>name|owner|title|phone|e-?mail|address|industry|close date|probability|"
    r"notes)\b[^.?!]{0,60}?\b(?:empty|blank)\b",
    re.IGNORECASE,
)


def cleared_slots(text: str, marked: Marked, kind: Kind, act: Act) -> Iterator[Slot]:
    """ "clear the name", "leave the name blank"."""
    if act is not Act.MODIFY:
        return
    for match in _CLEARED.finditer(text):
        words = match["f"] or match["f2"] or match["f3"]
        field = next((f for f in INFO[kind].fields if re.fullmatch(f.words, words, re.IGNORECASE)), None)
        if field is not None:
            yield Slot(field.name, "")
        elif kind is Kind.CONTACT and words.lower() == "name":
            yield Slot("first_name", "")


def value_slots(text: str, marked: Marked, kind: Kind, act: Act) -> Iterator[Slot]:
    for type_, letter in (("email", "a"), ("phone", "t"), ("url", "l"), ("file", "f")):
        field = field_of_type(kind, type_)
        tags = [
            tag
            for tag, start, _ in spans(text, letter)
            if not NOT_NEW.search(text[:start])
            and not text[:start].rstrip().lower().endswith(("fax", "fax number"))
        ]
        if field and tags:
            yield Slot(field.name, marked.spans[tags[-1]].said)


def text_slots(text: str, marked: Marked, kind: Kind, act: Act) -> Iterator[Slot]:
    for name, pattern in _TEXT_FIELDS.items():
        if not INFO[kind].has(name):
            continue
        if quoted := next(_quoted_text(name, text, marked, kind), None):
            yield quoted
            continue
        for match in pattern.finditer(text):
            value = next(v for v in match.groups() if v is not None)
            said = plain_text(value, marked)
            if said:
                yield Slot(name, said)
                break


def _quoted_text(name: str, text: str, marked: Marked, kind: Kind) -> Iterator[Slot]:
    """The one quoted text of a clause that names a text field: 'the new address is "..."'."""
    quoted = re.findall(r"<q\d+>", text)
    field = INFO[kind].by_name[name]
    if len(quoted) == 1 and re.search(rf"\b(?:{field.words})\b", text, re.IGNORECASE):
        yield Slot(name, marked.spans[quoted[0]].said)


def plain_text(value: str, marked: Marked) -> str:
    return re.sub(TAG, lambda tag: marked.spans[tag[0]].said, value).strip(" ,.")


def version_slots(text: str, marked: Marked, kind: Kind, act: Act) -> Iterator[Slot]:
    if not INFO[kind].has("version"):
        return
    for match in _VERSION.finditer(text):
        yield Slot("version", plain_text(match["v"] or match["short"], marked))
    for match in _PREFIX.finditer(text):
        yield Slot("quote_prefix", plain_text(match["p"], marked))
