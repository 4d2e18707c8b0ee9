"""Agreements: what clauses say about contracts, to be entered or asked about as a group."""

from __future__ import annotations

import re
from dataclasses import dataclass

from atlas.models.offline.catalog import plain
from atlas.models.offline.grammar.ask import Ask
from atlas.models.offline.grammar.asks import Pick, Ref
from atlas.models.offline.grammar.clause import QUESTION
from atlas.models.offline.grammar.questions import order_of
from atlas.models.offline.kinds import Kind

_NOUN = r"(?:contracts?|agreements?)"
_ENTERS = re.compile(
    rf"(?:(?:create|add|set up|register|enter|record|draw up|put|open|log|prepare|make|start|write "
    rf"up)\b[^.?!<]{{0,20}}"
    rf"\b(?:a|an|the|new|another)\s+(?:<e\d+>\s+)?(?:new\s+)?{_NOUN}\b|(?:a )?new (?:contract|agreement)\b|"
    rf"turn\b[^.?!]*\binto an? (?:new )?(?:<e\d+> )?{_NOUN}\b|(?:we|i) (?:have )?(?:agreed on|signed|closed|"
    rf"need|got)"
    rf"\s+(?:a|the|another) (?:new )?{_NOUN}\b|[^.?!:]*\b(?:gets|needs|wants|signed)\b[^.?!]*\ba (?:new "
    rf")?(?:<e\d+> )?"
    rf"{_NOUN}\b|the {_NOUN} (?:for|with)\b[^.?!]*\b(?:is|are) (?:still )?missing\b)",
    re.IGNORECASE,
)
_GROUP = re.compile(
    r"\bcontracts\b|\bagreements\b|\bhow many\b|\bfirst\b(?! one)|\bnext\b|\blargest\b|\bbiggest\b|\bhighest\b|"
    r"\bmost valuable\b|\bworth the most\b|\bsmallest\b|\blowest\b",
    re.IGNORECASE,
)
_COUNT = re.compile(r"\bhow many\b|\bnumber\b|\bcount\b", re.IGNORECASE)
_SUM = re.compile(
    r"\btotal\b|\bin all\b.*\bworth\b|\badd(?:s|ing)? (?:them )?up\b|\btogether\b|\bsum\b", re.IGNORECASE
)
_NEXT = re.compile(
    r"\b(?:ends?|expires?|runs? out|lapses?|to end|to expire)\s+(?:first|next|soonest)\b|"
    r"\bnext\b[^.?!]*\b(?:ends?|expires?|"
    r"to end|to expire|runs? out)\b|\bfirst (?:of all )?to (?:end|expire|run out)\b",
    re.IGNORECASE,
)
_LAST = re.compile(
    r"\b(?:ends?|expires?|runs? out|runs?) (?:last|longest)\b|\blast to (?:end|expire)\b", re.IGNORECASE
)
_MOST = re.compile(r"\b(?:largest|biggest|highest|most valuable|worth (?:the )?most)\b", re.IGNORECASE)
_LEAST = re.compile(r"\b(?:smallest|lowest|least valuable|worth (?:the )?least)\b", re.IGNORECASE)
_WHICH_CLIENT = re.compile(r"(?:which|what|the) (?:client|customer|account)s?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ContractQuestion:
    """A question about several contracts: those of `holder`, or all, in one of `states`, or in any."""

    holder: Ref | None
    states: tuple[str, ...]
    count: bool
    total: bool
    pick: Pick | None
    order: Pick | None


def enters_contract(head: str) -> bool:
    """Whether a clause wants a contract entered, ordered or just stated: "we have agreed on a contract with X"."""
    return QUESTION.match(head) is None and "<f" not in head and _ENTERS.match(head) is not None


def asks_for_contracts(head: str) -> bool:
    """Whether a clause wants several contracts told of: "I also need the next of our contracts to expire"."""
    return (
        re.search(r"\b(?:contracts|agreements)\b", head) is not None
        and not enters_contract(head)
        and "<f" not in head
    )


def contract_question(ask: Ask) -> ContractQuestion | None:
    """The question about several contracts that an ask is, None when it is about something else."""
    text = ask.text
    if re.search(rf"\b{_NOUN}\b", text, re.IGNORECASE) is None or _GROUP.search(text) is None:
        return None
    order = order_of(text)
    return ContractQuestion(
        _holder(ask),
        tuple(plain(span.said) for span in ask.marked.tags("e", text)),
        _COUNT.search(text) is not None,
        _SUM.search(text) is not None,
        None if order is not None else _pick(text),
        order,
    )


def _holder(ask: Ask) -> Ref | None:
    """The client, or the deal, whose contracts are meant; None stands for all contracts."""
    for mention in ask.found:
        ref = mention.ref.of if mention.ref.kinds == (Kind.CONTRACT,) else mention.ref
        if ref is None or (ref.plural and not ref.name):
            continue
        said = ask.text[mention.start : mention.end]
        if ref.name or ref.of is not None or (ref.kinds and _WHICH_CLIENT.match(said) is None):
            return ref
    return None


def _pick(text: str) -> Pick | None:
    for pattern, column, highest in (
        (_NEXT, "end_date", False),
        (_LAST, "end_date", True),
        (_MOST, "amount", True),
        (_LEAST, "amount", False),
    ):
        if pattern.search(text):
            return Pick(column=column, highest=highest)
    return None
