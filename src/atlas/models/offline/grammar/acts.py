"""Acts: what a piece of a request wants done, told by its first verb, its nouns and the form of the sentence."""

from __future__ import annotations

import re
from dataclasses import replace

from atlas.models.offline.grammar.agreements import asks_for_contracts, enters_contract
from atlas.models.offline.grammar.asks import Act
from atlas.models.offline.grammar.clause import QUESTION, SHOULD, VALUES, Clause
from atlas.models.offline.grammar.lexicon import (
    CANCEL,
    CLONE,
    COMPARE,
    DELETE,
    MODIFY_HEAD,
    NOTE,
    READ_HEAD,
    UPLOAD,
    without_opening,
)
from atlas.models.offline.grammar.making import making
from atlas.models.offline.grammar.papers import asks_for_papers, hands_in
from atlas.models.offline.kinds import Kind

_CLEARS = re.compile(
    r"\b(?:clear(?:ing)?|empty(?:ing)?|blank(?:ing)?|wip(?:e|ing)|eras(?:e|ing)|remov(?:e|ing)|delet(?:e|ing)|"
    r"drop|unset)\b[^.?!]{0,40}\b(?:name|owner|title|phone(?: number)?|e-?mail|address|industry|close date|"
    r"probability|notes?|version|valid(?:ity)?[- ]until|expiry date)\b(?! of the)"
    r"|\b(?:name|owner|title|phone|e-?mail|address|industry|close date|probability|"
    r"notes)\b[^.?!]{0,60}\b(?:empty|blank)\b",
    re.IGNORECASE,
)


_NEW_VALUE = re.compile(
    r"\b(?:new|now|correct|right|updated)\b[^.?!]*\b(?:is|are|as|:)\s+(?:now\s+)?<[nq]\d+>|\b(?:title|role|"
    r"position|industry|address|owner|name)\b (?:is|are|should be|has changed to|changed to|changes to|"
    r"becomes) (?:now )?<[nq]\d+>|<[nq]\d+> (?:is|as) (?:the|his|her|their|its) (?:new|correct)",
    re.IGNORECASE,
)


_PASSIVE_END = re.compile(
    r"\b(?:deleted|removed|cancell?ed|voided|withdrawn|erased|cloned|duplicated|copied|purged|gone)\b",
    re.IGNORECASE,
)


def classified(text: str) -> Clause:
    if not re.search(r"\w", text):
        return Clause(text, Act.NONE)
    for reader in (_clearing, _paperwork, _ending, making, _asking, _changing, _declared):
        clause = reader(text)
        if clause is not None:
            return clause
    later = re.match(r"[^,:]{1,90}[,:]\s+(?P<rest>\w.*)$", text)
    if later:
        rest = without_opening(later["rest"]) or later["rest"]
        for reader in (_clearing, _paperwork, _ending, making, _asking, _changing):
            clause = reader(rest) if not _FIELDS_WANTED.match(rest) else None
            if clause is not None:
                return replace(clause, text=text)
    return Clause(text, Act.NONE)


def _clearing(head: str) -> Clause | None:
    if re.search(r"\b(?:empty|blank) (?:note|document|file)\b", head, re.IGNORECASE):
        return None
    if QUESTION.match(head) or _CLEARS.search(head) is None:
        return None
    return Clause(head, Act.MODIFY)


def _paperwork(head: str) -> Clause | None:
    if asks_for_papers(head) or asks_for_contracts(head):
        return Clause(head, Act.READ)
    if QUESTION.match(head) and not re.match(r"(?:pull|get|have|file)\b", head, re.IGNORECASE):
        return None
    if UPLOAD.match(head) or hands_in(head):
        return Clause(head, Act.CREATE, Kind.DOCUMENT)
    if NOTE.match(head) or re.match(r"(?:add|leave|a|new)\b.*\bnote\b", head, re.IGNORECASE):
        return Clause(head, Act.CREATE, Kind.NOTE)
    if enters_contract(head):
        return Clause(head, Act.CREATE, Kind.CONTRACT)
    return None


def _ending(head: str) -> Clause | None:
    if QUESTION.match(head) and not re.match(r"pull\b|get\b", head, re.IGNORECASE):
        return None
    if (
        CLONE.match(head)
        or re.search(r"\b(?:copy|clone|duplicate|replica) of\b", head)
        or re.search(r"\b(?:cloned|duplicated|copied)\b", head)
    ):
        return Clause(head, Act.CLONE)
    settles = re.search(r"<[mpdxut]\d+>", head)
    if DELETE.match(head) and not settles and not re.match(r"drop\b.*\bto\b", head, re.IGNORECASE):
        return Clause(head, Act.DELETE)
    if CANCEL.match(head) and not settles:
        return Clause(head, Act.CANCEL)
    if (
        (passive := _PASSIVE_END.search(head))
        and re.match(r"(?:i|we|get|have|<n|the|that|it|this)", head, re.IGNORECASE)
        and not settles
    ):
        return Clause(head, _ended_act(passive[0].lower()))
    return None


def _ended_act(word: str) -> Act:
    if word.startswith(("clon", "dupl", "copi")):
        return Act.CLONE
    return Act.CANCEL if word.startswith(("canc", "void", "with")) else Act.DELETE


def _asking(head: str) -> Clause | None:
    if re.match(
        r"(?:list|show|describe)\s+(?:our |the )?(?:contact )?"
        r"(?:<n\d+>|him|her|them|it|(?:that|this|the same) (?:contact|person))[^.]*\bas\b",
        head,
        re.IGNORECASE,
    ):
        return Clause(head, Act.MODIFY)
    if _FIELDS_WANTED.match(head) and not re.search(
        r"\b(?:should|wrong|goes|changes|changed|needs|must|becomes|reads?)\b|\b(?:to|is|are|=|now)\s+<|:\s*<", head
    ):
        return Clause(head, Act.READ)
    if COMPARE.search(head):
        return Clause(head, Act.COMPARE)
    if QUESTION.match(head):
        return Clause(head, Act.READ)
    if READ_HEAD.match(head) and not VALUES.search(head) and MODIFY_HEAD.match(head) is None:
        return Clause(head, Act.READ)
    return None


def _changing(head: str) -> Clause | None:
    if re.search(r"\btwice\b", head):
        return None
    if re.match(r"(?:i|we) (?:also |just |still )?(?:need|want)\b", head, re.IGNORECASE):
        return Clause(
            head,
            Act.MODIFY
            if VALUES.search(head)
            and re.search(
                r"\b(?:moved|set|changed|updated|marked|bumped|raised|lowered|pushed|renamed|switched|"
                r"extended|at|to)\b",
                head,
                re.IGNORECASE,
            )
            else Act.READ,
        )
    if MODIFY_HEAD.match(head):
        reads = re.match(
            r"(?:pull|bring|run|report|fetch|see|get|share|print|go|hold|note)\b", head, re.IGNORECASE
        ) and not re.search(r"<[mpduxat]\d+>|\bto <n\d+>", head)
        return Clause(head, Act.READ if reads else Act.MODIFY)
    return None


_FIELD = (
    r"(?:win )?(?:stage|amount|status|owner|account owner|probability|chances?|close date|closing date|"
    r"phone(?: number)?|e-?mail(?: address)?|(?:job )?title|value|details|info|industry|address|worth|version|"
    r"position|role|expiry date|start date|end date|valid[- ]until date|name|number of \w+|count|total)s?"
)


_FIELDS_WANTED = re.compile(
    rf"(?:the |and |its |their )*(?:current |full )?{_FIELD}(?:\s*(?:,|and|&|plus|/)\s*(?:and )?(?:the |its "
    rf")?{_FIELD})*(?:\s+(?:of|for|on)\b|,? please\W*$|\W*$)",
    re.IGNORECASE,
)


_IMPERATIVE = re.compile(
    r"(?!(?:we|i|i'm|the|this|that|our|my|they|he|she|it|its|their|his|her|a|an|there|client|customer|deal|"
    r"quote|as|from|for|in|on|at|with|because|since|after|before)\b)[a-z]+(?:e|y|t|d|k|p|n|l|r|h|w|x|z)?\s",
    re.IGNORECASE,
)


_ABOUT = re.compile(
    r"<[ni]\d+>|\b(?:it|its|that|this|her|his|him|their|deal|quote|account|contact)\b", re.IGNORECASE
)


_STATED: tuple[tuple[re.Pattern[str], bool], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), with_value)
    for pattern, with_value in (
        (
            r"\bnew (?:e-?mail(?: address)?|phone(?: number)?|number|(?:job )?title|address|owner|industry|status|"
            r"stage|amount|price|value|close date)\b[^.?]*\bis\b",
            False,
        ),
        (r"\b(?:worth|is|at|to) (?:now )?<q\d+>", False),
        (r"\b(?:changed|changes|switched|moved|goes|go) to\b", False),
        (r"\b(?:stage|status)\b[^.?]*\bshould (?:now )?be\b", False),
        (r"\bis (?:now )?<n\d+> now\b|\bis now <n\d+>", False),
        (
            r"\bshould (?:now )?(?:have|be|read|say|show|go|stand|become|move)\b(?=.*<[nqv]\d+>)|"
            r"\bshould\b.*<[nq]\d+>|\bfield\b.*\bshould (?:say|read|be)\b",
            False,
        ),
        (_NEW_VALUE.pattern, False),
        (SHOULD.pattern, True),
        (r"^<[ni]\d+>(?:'s?)?\s*(?:[:,–—-]|->|→|to\b|stage|amount|status|close|owner|probability)", True),
        (
            r"<n\d+> (?:is (?:now )?(?:the|our)|takes|will take|takes over|becomes|now owns|is taking)\b.*"
            r"\b(?:owner|over|charge|responsible)|belongs to <n",
            False,
        ),
    )
)
"""Statements that ask for a change: what they look like, and whether they must hold a value."""


_FIELD_LINE = re.compile(
    r"(?:its|the|that|their|his|her)?\s*(?:stage|amount|status|owner|probability|close date|closing date|phone|"
    r"e-?mail|title|value|industry|address)\b[^.]*(?:\bto\b|:|=|should be)",
    re.IGNORECASE,
)


_ANY_FIELD = re.compile(
    r"\b(?:stage|amount|status|owner|probability|close date|phone|e-?mail|title|value|details|info|industry|"
    r"address|worth|deals|quotes|contacts|everything|version|position|role)\b",
    re.IGNORECASE,
)


def _declared(head: str) -> Clause | None:
    """Neither an order nor a question in form: "it is worth $5,000 now", "win probability of X, please"."""
    if head.rstrip().endswith("?"):
        return Clause(head, Act.READ)
    about, value = _ABOUT.search(head) is not None, VALUES.search(head) is not None
    if about and any(pattern.search(head) and (value or not with_value) for pattern, with_value in _STATED):
        return Clause(head, Act.MODIFY)
    if _FIELD_LINE.match(head) and value:
        return Clause(head, Act.MODIFY if about else Act.NONE)
    if about and re.search(r"<[mpduxat]\d+>", head) and _IMPERATIVE.match(head):
        return Clause(head, Act.MODIFY)
    if about and not value and _ANY_FIELD.search(head):
        return Clause(head, Act.READ)
    return None


def states_a_value(text: str) -> Clause:
    """The last guess about a request without an act: a field with a value is to be set, of what was spoken of."""
    return Clause(text, Act.MODIFY if VALUES.search(text) and _ANY_FIELD.search(text) else Act.NONE)
