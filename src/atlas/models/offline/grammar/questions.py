"""Questions: the fields that a clause wants told, totals over a group, orders, and filters on the group."""

from __future__ import annotations

import re

from atlas.models.offline.catalog import plain
from atlas.models.offline.grammar.asks import Filters, Pick
from atlas.models.offline.grammar.marks import Marked, Span
from atlas.models.offline.grammar.picks import pick_of
from atlas.models.offline.grammar.references import Mention
from atlas.models.offline.kinds import INFO, Kind

_WANTS: dict[Kind, tuple[tuple[str, str], ...]] = {
    Kind.OPPORTUNITY: (
        ("stage", (
            r"stages?\b|phase|where (?:do|does|are|is) .*stand|how far|status|still open|pipeline position|"
            r"progress"
        )),
        ("amount", r"how (?:much|large|big)|worth|amounts?|value|deal size|size\b|price"),
        ("close_date", r"when\b|clos(?:e|es|ing|ed)\b|date|deadline|due\b"),
        ("probability", r"probabilit|likel|chance|odds|confiden"),
        ("owner", (
            r"own(?:s|er|ed)?\b|responsible|assigned|in charge|account manager|\brep\b|colleague|runs|running|"
            r"handl|manag(?:es|ing|ed)|looks? after|leads|leading|\bwho\b(?! (?:is|are) (?:the )?(?:client|"
            r"customer))"
        )),
        ("notes", r"\bnotes?\b"),
        ("client", (
            r"\b(?:which|what|who is the|whose) (?:client|customer|account|company)|client\b|customer\b|for "
            r"whom"
        )),
    ),
    Kind.CLIENT: (
        ("email", r"e-?mails?|mail address|reach (?:them|it)|write to"),
        ("phone", r"phone|number|call\b"),
        ("status", r"status|active\b|standing"),
        ("industry", r"industr|sector|vertical|line of business"),
        ("address", r"(?<!mail )(?<!e-)address(?! (?:is )?on file)|located|based|where (?:is|are)|office"),
        ("owner", (
            r"own(?:s|er|ed)?\b|responsible|in charge|account manager|\brep\b|colleague|looks? after|"
            r"manag(?:es|ed)|handl|takes care|assigned"
        )),
        ("created_date", r"\b(?:created|added|since when)\b"),
    ),
    Kind.CONTACT: (
        ("email", r"e-?mails?|mail address"),
        ("phone", r"phone|number|call\b|mobile"),
        ("title", r"title|role|position|job|what does .* do"),
        ("client", (
            r"\b(?:which|what|whose) (?:client|customer|account|company|firm)|works? (?:for|at)|is .* with\b|"
            r"client\b|employer"
        )),
        ("notes", r"\bnotes?\b"),
    ),
    Kind.QUOTE: (
        ("amount", r"how (?:much|large|big)|worth|amounts?|value|price|figure|total"),
        ("status", r"status|state\b|stand\b"),
        ("version", r"version"),
        ("valid_until", r"valid|expir|when\b|how long|hold\b|holds\b|until|up to what|date|runs? out|laps"),
        ("quote_prefix", r"prefix"),
    ),
    Kind.CONTRACT: (
        ("value", r"how (?:much|large|big)|worth|value|amount"),
        ("status", r"status|state\b|or <e\d+>"),
        ("start_date", r"start|begin|effective|in force|since when"),
        ("end_date", r"end\b|ends\b|expir|until|run(?:s)? (?:to|out)|when"),
        ("document_url", r"url|link|document"),
    ),
    Kind.COMPANY: (
        ("type", r"type|kind|relationship|partner|vendor|competitor"),
        ("industry", r"industr|sector"),
        ("address", r"address|located|based|where"),
        ("contacts", r"contacts?|who\b|people"),
    ),
    Kind.DOCUMENT: (("file_name", r"."), ("uploaded_by", r"uploaded by|\bwho\b")),
    Kind.NOTE: (("content", r"."), ("created_by", r"\bwho\b|author")),
}  # fmt: skip
_REACH = re.compile(
    r"\bhow (?:can|do) i (?:reach|contact)|contact details|contact data|reach (?:him|her|them)\b", re.IGNORECASE
)
_ALL = re.compile(
    r"\b(?:all (?:the )?details|details|everything|overview|rundown|key (?:facts|data|figures)|full record|"
    r"info(?:rmation)?|summary|brief me|tell me about|main facts|the lot)\b",
    re.IGNORECASE,
)
_COUNT = re.compile(r"\bhow many\b|\bhow many$|\bnumber of\b|\bcount\b", re.IGNORECASE)
_SUM = re.compile(
    r"\badd(?:s|ing)? up\b|\btotal(?:s|ling)?\b|\bsum\b|\bcombined\b|\baltogether\b|\bin all\b(?=.*\b(?:worth|"
    r"value|amount))|\btogether\b|\boverall (?:value|amount)\b|\bworth (?:how much )?in total\b|"
    r"\bcollectively\b|\bcome to\b|"
    r"\bhow much (?:open )?(?:pipeline|business|money)\b|\bpipeline (?:value|amount|worth)|\bhow "
    r"many\b.*\band (?:how much|what)\b.*\b(?:worth|value|amount)",
    re.IGNORECASE,
)
_AVERAGE = re.compile(r"\b(?:average|mean)\b", re.IGNORECASE)
_ORDERED = re.compile(
    r"\bin (?:the )?order of\b|\bstarting (?:with|from) (?:the )?(?:largest|highest|biggest|smallest|lowest|"
    r"cheapest|most expensive)|\bby (?:amount|value|size)\b|"
    r"\b(?:order(?:ed)?|sort(?:ed)?|rank(?:ed)?|arranged) by\b|\b(?:largest|highest|biggest|smallest|lowest|"
    r"cheapest)(?: amounts?| ones?| value)? first\b|"
    r"\bfrom (?:the )?(?:highest|largest|biggest|lowest|smallest|cheapest|most expensive|dearest|priciest|"
    r"top)\b.*\bto (?:the )?(?:lowest|smallest|cheapest|highest|largest)|\b(?:in )?(?:descending|ascending)\b",
    re.IGNORECASE,
)
_UPWARD = re.compile(
    r"\b(?:smallest|lowest|cheapest)(?: amounts?| ones?)? first|from (?:the )?(?:lowest|smallest|cheapest)|"
    r"ascending",
    re.IGNORECASE,
)
_GAP = re.compile(
    r"\b(?:difference|differ|how far apart|how much (?:more|less|higher|lower|cheaper)|gap|by how much|apart)\b",
    re.IGNORECASE,
)
_LISTING = re.compile(r"\b(?:list|names?|which|what are|show|who are|name all|enumerate)\b", re.IGNORECASE)
_BOUND = re.compile(
    r"\b(?:(?P<over>over|above|more than|greater than|bigger than|larger than|exceeding|north of|upwards? of)|"
    r"(?P<least>at least|from|minimum of|no less than)|"
    r"(?P<under>under|below|less than|smaller than|cheaper than|fewer than)|(?P<most>at most|up to|no more "
    r"than|maximum of))\s+(?P<tag><[mxp]\d+>)",
    re.IGNORECASE,
)
_IN_INDUSTRY = re.compile(
    r"\b(?:in|from|within|of)\s+(?:the\s+)?(?P<v><n\d+>)(?:\s+(?:industry|sector|space|business|vertical))?|"
    r"\b(?:in|from)\s+(?:the\s+)?(?P<w>[a-z]+(?:\s(?:and|&)\s[a-z]+)?)\s+(?:industry|sector|space|vertical)|"
    r"\b(?:for|on|about|at)\s+(?P<y><n\d+>)(?=.*\bthere\b)|(?P<z><n\d+>)\s+(?:industry|sector|clients|"
    r"customers|accounts|_)",
    re.IGNORECASE,
)
_OWNER_AFTER = re.compile(
    r"(?P<v><n\d+>)\s+(?:owns|own\b|has\b|is responsible|handles|manages|runs|looks after|is (?:in charge|"
    r"handling|working on))",
    re.IGNORECASE,
)
_OWNER_BEFORE = re.compile(
    r"\b(?:owned by|assigned to|belong(?:s|ing)? to|managed by|handled by|run by|held by|(?:with|whose) owner|"
    r"owner|under)\s+(?:is\s+|=\s*|:\s*)?(?P<v><n\d+>)|\b(?:does|do|did|is|are)\s+(?P<w><n\d+>)\s+(?:own|have|"
    r"handle|manage|run|responsible|working|look after)\b",
    re.IGNORECASE,
)  # fmt: skip


def outside(text: str, found: list[Mention]) -> str:
    """The clause without its references, so that words in them are not taken for questions."""
    for mention in found:
        text = text[: mention.start] + "\x00" * (mention.end - mention.start) + text[mention.end :]
    return re.sub("\x00+", " _ ", text)


def wants(text: str, kind: Kind) -> tuple[str, ...]:
    """Fields of `kind` that the words ask for; every main field for "the details"; none when it cannot be told."""
    asked = [name for name, words in _WANTS[kind] if re.search(rf"(?:\b|^)(?:{words})", text, re.IGNORECASE)]
    if _REACH.search(text) and not {"email", "phone"} & set(asked):
        asked += [name for name in ("email", "phone") if INFO[kind].has(name)]
    if "notes" in asked and kind is Kind.OPPORTUNITY and len(asked) > 1 and not re.search(r"\bnotes\b", text):
        asked.remove("notes")
    if not asked and _ALL.search(text):
        return tuple(field.name for field in INFO[kind].fields if field.name not in ("name", "notes"))
    return tuple(asked)


def totals(text: str) -> tuple[str, ...]:
    """What is wanted of a group as a whole: count, sum, average, gap, names."""
    found = [
        name
        for name, pattern in (
            ("count", _COUNT),
            ("sum", _SUM),
            ("average", _AVERAGE),
            ("gap", _GAP),
            ("names", _LISTING),
        )
        if pattern.search(text)
    ]
    return tuple(found)


def order_of(text: str) -> Pick | None:
    """The order in which a list is wanted, or None."""
    if _ORDERED.search(text) is None:
        return None
    extreme = pick_of(text)
    column = extreme.column if extreme and extreme.column else "amount"
    return Pick(column=column, highest=_UPWARD.search(text) is None)


def question_pick(text: str) -> Pick | None:
    """ "... which is the highest?": the extreme that a question about a group is after."""
    if _ORDERED.search(text):
        return None
    found = pick_of(text)
    return found if found and found.column else None


def group_filters(text: str, marked: Marked, kind: Kind, names: tuple[str, ...]) -> Filters:
    """Conditions on a group that stand outside its noun phrase: "in negotiation", "over $50,000", "owned by X"."""
    bound = _BOUND.search(text)
    number = marked.spans[bound["tag"]].number if bound else None
    low = number if bound and (bound["over"] or bound["least"]) else None
    high = number if bound and (bound["under"] or bound["most"]) else None
    texts: list[tuple[str, str]] = []
    if owner := _OWNER_AFTER.search(text) or _OWNER_BEFORE.search(text):
        tag = next(value for value in owner.groups() if value)
        texts.append(("owner", marked.spans[tag].said.strip()))
    if INFO[kind].has("industry") and (found := _IN_INDUSTRY.search(text)):
        texts.append(("industry", marked.unmark(next(value for value in found.groups() if value))))
    periods = [span.period for span in marked.tags("r", text)]
    days = [
        (span.day, re.search(r"\b(before|by|until|after|since)\s+$", text[: text.index(tag)], re.IGNORECASE))
        for tag, span in _dated(text, marked)
    ]
    return Filters(
        values=tuple(plain(span.said) for span in marked.tags("e", text)),
        is_open=_openness(text),
        at_least=low,
        at_most=high,
        strict=bool(bound and (bound["over"] or bound["under"])),
        period=periods[0] if periods else None,
        before=next((day for day, word in days if word and word[1].lower() in ("before", "by", "until")), None),
        after=next((day for day, word in days if word and word[1].lower() in ("after", "since")), None),
        texts=tuple(pair for pair in texts if pair[1] not in names),
    )


def _dated(text: str, marked: Marked) -> list[tuple[str, Span]]:
    return [(tag, marked.spans[tag]) for tag in re.findall(r"<d\d+>", text)]


def _openness(text: str) -> bool | None:
    if re.search(
        r"\bclosed (?:ones|deals)? ?(?:too|included|as well)|including (?:the )?closed|open (?:and|or) closed|"
        r"in all\b",
        text,
        re.IGNORECASE,
    ):
        return None
    if re.search(r"\b(?:open|still open|in play|active pipeline|not closed|unclosed)\b", text, re.IGNORECASE):
        return True
    return None
