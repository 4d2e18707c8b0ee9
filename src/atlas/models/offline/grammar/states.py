"""States: the stage or status that a clause gives, be it one that the tools list or not."""

from __future__ import annotations

import re
from collections.abc import Iterator

from atlas.models.offline.grammar.amounts import NOT_NEW, spans
from atlas.models.offline.grammar.asks import Act, Slot
from atlas.models.offline.grammar.marks import Marked
from atlas.models.offline.grammar.roles import is_title
from atlas.models.offline.grammar.texts import plain_text
from atlas.models.offline.kinds import INFO, Kind

_AS_VALUE = re.compile(
    r"\b(?:promote|mark|set|flag|put|move|moved|switch|change|record|list|make|tag|label|update|turn|flip|"
    r"bump|have|treat|classify|push|bring|take|advance|get)\b[^.;]*?\b(?:as|to|into|in|on)\s+(?:the\s+|"
    r"being\s+|a\s+|an\s+)*(?:stage\s+|status\s+)*(?P<v><[nq]\d+>|[a-z][\w-]*(?:\s(?:hold|review|progress|"
    r"discussion|scheduled|commitment))?)(?P<after>\s+(?:stage|status))?\s*(?=[.,?!;]|$|please|and\b)"
    r"|\b(?:stage|status)\s+(?:to|as|=|:|is|should be|on)?\s*(?P<w><[nq]\d+>|(?!(?:of|on|for)\b)[A-Z]\w+)|"
    r"(?P<z><[nq]\d+>)\s+(?:stage|status)\b|(?:\b(?:reached|entered|hit|is now in|now in|are in|goes to|went "
    r"to|moves to|moved to)\s+(?:the\s+)?(?=<n)|\b(?:is|be) in\s+(?:the\s+)?|\b(?:move|bump|push|advance|"
    r"switch|take|bring)\b[^.;]*?\binto\s+(?:the\s+)?)(?P<y><[nq]\d+>|(?:[a-z]+\s)?[a-z]+(?=[.?!,]|"
    r"$))(?=\s+(?:on|for|with|stage)|[.,?!;]|$)|\b(?:is|are)\s+(?:now\s+)?(?P<u><n\d+>(?=\s+now)|(?!not\b|"
    r"wrong\b|the\b|now\b|now$)[a-z]+(?:\s(?!now\b)[a-z]+)?)(?:\s+now)?(?=\s*[.,;])|\bshould (?:now "
    r")?be\s+(?P<s>[a-z]+(?:\s[a-z]+)?)(?=\s*[.,;])",
    re.IGNORECASE,
)


_STATUS_NAMED = re.compile(r"\b(?:stage|status)\s*(?:is|:|=|reads?)?\s*(?P<v><[nq]\d+>)", re.IGNORECASE)


def state_slots(text: str, marked: Marked, kind: Kind, act: Act) -> Iterator[Slot]:
    field = next((f for f in INFO[kind].fields if f.type == "enum"), None)
    if field is None:
        return
    values = [(tag, start) for tag, start, _ in spans(text, "e") if not NOT_NEW.search(text[:start])]
    led = [
        tag
        for tag, start in values
        if re.search(
            r"(?:\b(?:to|as|into|in|status|stage|is|now|be|at|becomes?)|[:=>])\s*(?:the\s+|a\s+|an\s+)?$",
            text[:start],
            re.IGNORECASE,
        )
    ]
    tags = led or [tag for tag, _ in values]
    if tags:
        span = marked.spans[tags[-1] if act is Act.MODIFY else tags[0]]
        yield Slot(field.name, span.said)


def odd_state_slots(text: str, marked: Marked, kind: Kind, act: Act) -> Iterator[Slot]:
    """A stage or status that no tool lists: "mark it as On Hold", "the Signed stage"."""
    field = next((f for f in INFO[kind].fields if f.type == "enum"), None)
    if field is not None and act is Act.CREATE and (named := _STATUS_NAMED.search(text)):
        yield Slot(field.name, plain_text(named["v"], marked))
    if field is None or act is not Act.MODIFY:
        return
    for match in _AS_VALUE.finditer(text):
        value = match["v"] or match["w"] or match["z"] or match["y"] or match["u"] or match["s"]
        labelled = match["after"] or match["w"] or match["z"] or match["y"] or _is_labelled(match, text)
        as_such = (
            re.search(r"\bas\s+(?:the\s+|being\s+|an?\s+)*$", text[match.start() : match.start("v")])
            if match["v"]
            else None
        )
        if value and (labelled or as_such) and not is_title(plain_text(value, marked)):
            yield Slot(field.name, plain_text(value, marked))


def _is_labelled(match: re.Match[str], text: str) -> bool:
    if match["u"] or match["s"]:
        return match[0].endswith("now") or re.search(r"\b(?:stage|status)\b", text, re.IGNORECASE) is not None
    before_value = text[match.start() : match.start("v")]
    if re.match(r"(?:advance|bump|move|promote)\b", match[0], re.IGNORECASE) and not re.search(
        r"<[dumpx]\d+>", text
    ):
        return True
    return (
        re.search(
            r"\b(?:stage|status)\b|\b(?:is|be|being) (?:now )?in(?:to)?\s+(?:the\s+)?$", before_value, re.IGNORECASE
        )
        is not None
    )
