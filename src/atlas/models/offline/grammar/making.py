"""Making: clauses that want a new record, ordered, wished for or just stated."""

from __future__ import annotations

import re

from atlas.models.offline.grammar.asks import Act
from atlas.models.offline.grammar.clause import QUESTION, SHOULD, VALUES, Clause
from atlas.models.offline.grammar.lexicon import (
    CREATE_HEAD,
    INDEFINITE,
    STRONG_CREATE,
    kind_of_noun,
    nouns,
)
from atlas.models.offline.kinds import Kind

_NEEDS_NEW = re.compile(
    r"\b(?:needs?|wants?|requires?|asked for|requested|would like|is after|is asking for|is looking for|"
    r"wants? us to (?:draft|prepare|send|open|create)|has|have got|got|hired|appointed)\b",
    re.IGNORECASE,
)


_PASSIVE = re.compile(
    r"\b(?:created|added|opened|set up|registered|drafted|prepared|issued|logged|put together|generated|"
    r"raised|written up|entered)\b",
    re.IGNORECASE,
)


_NO_RECORD = re.compile(r"(?:give|get) (?:me|us) (?:a|an) (?:list|summary|overview|rundown|count)", re.IGNORECASE)


_QUOTES = re.compile(r"quote\s+(?:<n|it\b|that\b|this\b|them\b|the\b|our\b|us\b|\w+ (?:on|for)\b)", re.IGNORECASE)


_OPENS = re.compile(r"open (?:up )?(?:that|this|the|it|<n\d+>|our)\b", re.IGNORECASE)


_HAS_NEW = re.compile(r"(?:we|i)(?:'ve| have)? (?:have|got|need|want|require)\b", re.IGNORECASE)


_NEW = re.compile(r"\b(?:new|another|an?)\b")


_CREATE_VERB = re.compile(
    r"(?:creat\w+|register\w*|onboard\w*|draft\w*|prepar\w+|generat\w+|issu\w+|open\w*|add\w*|new|"
    r"set(?:ting)?[ -]?up|start\w*|log\w*|enter\w*|rais\w+|book\w*|build\w*)\s+(?:up\s+)?(?:in\s+)?"
    r"(?:(?<=te )the\s+|(?<=ft )the\s+|(?<=re )the\s+|(?<=up )the\s+|(?<=add )the\s+|(?<=er )the\s+)?"
    r"(?:<[empx]\d+>\s+|new\s+|sales\s+|price\s+)*",
    re.IGNORECASE,
)


_TERSE = re.compile(
    r"(?:(?:quick|simple)\s+)?(?:<e\d+>\s+)?(?:quote|deal|opportunity|client|contact)\b(?:\s+(?:for|to|called|named)|:)",
    re.IGNORECASE,
)


def making(head: str) -> Clause | None:
    if QUESTION.match(head) and not re.match(r"(?:get|give|bring|let|pull)\b", head, re.IGNORECASE):
        return None
    new = INDEFINITE.search(head)
    kind = kind_of_noun(new["a"] or new["b"] or new["c"]) if new else None
    starts = CREATE_HEAD.match(head) is not None
    if starts and new and kind and not _NO_RECORD.match(head):
        added = re.match(r"add\b.*\bto the (?:amount|value|price)", head, re.IGNORECASE)
        return None if kind is Kind.COMPANY or added else Clause(head, Act.CREATE, kind)
    if _QUOTES.match(head):
        return Clause(head, Act.CREATE, Kind.QUOTE)
    if _OPENS.match(head) and not VALUES.search(head):
        return Clause(head, Act.READ)
    if new and kind and kind is not Kind.COMPANY and _HAS_NEW.match(head) and _NEW.search(new[0]):
        return Clause(head, Act.CREATE, kind)
    if starts and STRONG_CREATE.match(head):
        return _ordered(head)
    if new and kind and kind is not Kind.COMPANY and _wanted(head, new, kind):
        return Clause(head, Act.CREATE, kind)
    return _terse(head)


def _ordered(head: str) -> Clause | None:
    """ "Create deal X": the noun right after the verb; without one the names and values tell."""
    after = [noun for noun in nouns(head) if noun[2] is not Kind.COMPANY]
    verb = _CREATE_VERB.match(head)
    if verb and after and after[0][0] == verb.end():
        return Clause(head, Act.CREATE, after[0][2])
    return _untold(head)


def _wanted(head: str, new: re.Match[str], kind: Kind) -> bool:
    """ "X needs a quote", "a deal has to be opened", "X joins us as a client", "a new contact: ..."."""
    if (_NEEDS_NEW.search(head) or _PASSIVE.search(head)) and not new[0].startswith("as "):
        return True
    if (
        new["c"]
        and kind in (Kind.CLIENT, Kind.CONTACT)
        and re.search(r"\bjoin(?:s|ed)?\b|\bsigned (?:up|with)", head)
    ):
        return True
    return re.match(r"new\b|(?:an?|another)\s", head, re.IGNORECASE) is not None


def _terse(head: str) -> Clause | None:
    """ "Quote for X: $5,000, draft"."""
    if not _TERSE.match(head) or not VALUES.search(head) or SHOULD.search(head) or head.endswith("?"):
        return None
    named = nouns(head)
    return Clause(head, Act.CREATE, named[0][2]) if named and named[0][2] is not Kind.COMPANY else None


def _untold(head: str) -> Clause | None:
    """ "Add <name> ..." without a noun: a contact when at or to a company, a client when with an e-mail."""
    if re.match(r"(?:add|register|enter|record)\s+them\s+as\s+(?:an?\s+)?<e\d+>", head, re.IGNORECASE):
        return Clause(head, Act.CREATE, Kind.CLIENT)
    if re.search(r"\bas (?:the|his|her|their|its) ", head):
        return None
    if (
        re.match(
            r"(?:add|register|onboard|set(?:ting)?[ -]?up|creat\w+|enter|open)\s+(?:up\s+)?<n\d+>",
            head,
            re.IGNORECASE,
        )
        is None
    ):
        return None
    if re.search(
        r"<n\d+>[^.]*?\b(?:to|at|under|from|with|of|works? (?:at|for))\s+(?:the\s+|client\s+)?(?:<n\d+>|that|"
        r"the same|them|their|it)",
        head,
        re.IGNORECASE,
    ) and not re.search(r"<m\d+>", head):
        return Clause(head, Act.CREATE, Kind.CONTACT)
    if re.search(r"<m\d+>", head) or (
        re.search(r"<n\d+> (?:for|with|on) ", head) and re.search(r"\bin (?:the )?<e\d+>", head)
    ):
        return Clause(head, Act.CREATE, Kind.OPPORTUNITY)
    if re.search(r"<[ea]\d+>", head):
        return Clause(head, Act.CREATE, Kind.CLIENT)
    return None
