"""Companies: questions about partners, vendors and competitors, which are no clients."""

from __future__ import annotations

import re
from dataclasses import dataclass

from atlas.models.offline.grammar.ask import Ask
from atlas.models.offline.grammar.questions import wants
from atlas.models.offline.kinds import Kind

_TYPES = re.compile(r"\b(partner|vendor|competitor)s?\b", re.IGNORECASE)
_COMPANY = re.compile(r"\bcompan(?:y|ies)\b", re.IGNORECASE)
_COUNT = re.compile(r"\bhow many\b|\bnumber of\b|\bcount\b", re.IGNORECASE)
_INDUSTRY = re.compile(
    r"\b(?:in|from|within)\s+(?:the\s+)?(?P<a><n\d+>)|(?P<b><n\d+>)\s+(?:industry|sector)\b", re.IGNORECASE
)
_THIS_ONE = re.compile(r"\b(?:that|this|the same) (?:company|partner|vendor|competitor)\b", re.IGNORECASE)
_PEOPLE = re.compile(r"\bcontacts?\b|\bwhom?\b|\bpeople\b|\bsomebody\b", re.IGNORECASE)
_WHICH_TYPE = re.compile(r"\btype\b|\bwhat kind\b|\bclassif", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class CompanyQuestion:
    """A question about one company, by `name` or the one spoken of last (`back`), or about all of a type."""

    name: str
    back: bool
    types: tuple[str, ...]
    industry: str
    count: bool
    wants: tuple[str, ...]


def company_question(ask: Ask) -> CompanyQuestion | None:
    """The question about companies that an ask is, None when no word of it speaks of them."""
    types = tuple(dict.fromkeys(word.lower() for word in _TYPES.findall(ask.text)))
    if not types and _COMPANY.search(ask.text) is None:
        return None
    return _question(ask, types)


def named_company(ask: Ask) -> CompanyQuestion | None:
    """The question that an ask is if the name in it should be a company's."""
    question = _question(ask, ())
    return question if question.name and ask.target is not None else None


def _question(ask: Ask, types: tuple[str, ...]) -> CompanyQuestion:
    asked = list(wants(_TYPES.sub("_", ask.text), Kind.COMPANY))
    if _PEOPLE.search(ask.text):
        asked.append("contacts")
    # "Is X a partner, a vendor or a competitor?" asks for the type, and "our partner X" tells it.
    if len(types) > 1 or _WHICH_TYPE.search(ask.text):
        asked.append("type")
        types = ()
    industry = _INDUSTRY.search(ask.text)
    tag = (industry["a"] or industry["b"]) if industry else ""
    names = [found for found in re.findall(r"<n\d+>", ask.text) if found != tag]
    return CompanyQuestion(
        ask.marked.spans[names[0]].said.strip() if names else "",
        _THIS_ONE.search(ask.text) is not None,
        types,
        ask.marked.spans[tag].said.strip() if tag else "",
        _COUNT.search(ask.text) is not None,
        tuple(dict.fromkeys(asked)),
    )
