"""Targets: which of the records that a clause speaks of it is about."""

from __future__ import annotations

import re
from dataclasses import replace

from atlas.models.offline.grammar.ask import Ask
from atlas.models.offline.grammar.asks import Act, Filters, Ref
from atlas.models.offline.grammar.references import Mention
from atlas.models.offline.grammar.roles import is_title
from atlas.models.offline.kinds import Kind

PARENTS: dict[Kind, tuple[Kind, ...]] = {
    Kind.CONTACT: (Kind.CLIENT,),
    Kind.OPPORTUNITY: (Kind.CLIENT,),
    Kind.QUOTE: (Kind.OPPORTUNITY,),
    Kind.CONTRACT: (Kind.CLIENT, Kind.OPPORTUNITY),
    Kind.DOCUMENT: (Kind.OPPORTUNITY, Kind.CLIENT, Kind.QUOTE, Kind.CONTRACT),
    Kind.NOTE: (Kind.OPPORTUNITY, Kind.CLIENT, Kind.CONTACT, Kind.QUOTE, Kind.CONTRACT),
}


PAPERS = (Kind.DOCUMENT, Kind.NOTE)
_NEVER_HOLDERS = (Kind.CONTACT, Kind.COMPANY)
"""Kinds that users may want papers on although the CRM holds none there; the tool or the plan says so."""
_SENDS = re.compile(r"\s+(?:<e\d+> us|sent|gave|handed|mailed|forwarded|has sent)\b", re.IGNORECASE)


_PARENTS_OR_CLIENT = frozenset({*PARENTS, Kind.CLIENT})


_ENDS = (Act.CANCEL, Act.DELETE, Act.CLONE)


_ENDED = (Kind.QUOTE, Kind.OPPORTUNITY)


_BELONGS = re.compile(
    r"\bbelongs?\b|\bbehind\b|\bis\b[^.?]*\b(?:for|with)\b|\bfor\b|\bunder\b|\bon\b", re.IGNORECASE
)


def asked_about(ask: Ask) -> Ref | None:
    found = list(ask.found)
    if not found:
        return None
    if client := _client_of(ask.text, found):
        return client
    if holder := _job_holder(found):
        return holder
    if re.search(
        r"\bwho(?:m)? (?:do|can|should) (?:we|i) (?:know|talk to|call|contact|speak)|\bwho works (?:at|for)\b|"
        r"\bour people at\b",
        ask.text,
        re.IGNORECASE,
    ):
        return Ref((Kind.CONTACT,), of=found[0].ref, plural=True)
    names = [mention for mention in found if not _is_condition(mention, ask)]
    groups = [mention for mention in names if mention.ref.plural or mention.ref.pick]
    if groups:
        group = groups[0]
        scope = next(
            (
                m.ref
                for m in names
                if m is not group and (m.ref.name or m.ref.ident or m.ref.back) and m.ref != group.ref
            ),
            None,
        )
        if (
            group.ref.of is None
            and scope is not None
            and not group.ref.back
            and not (scope.back in ("it", "they") or scope.plural)
        ):
            return replace(group.ref, of=scope)
        return group.ref
    named = [mention.ref for mention in names if mention.ref.back not in ("it", "they")]
    return (named or [found[0].ref])[0]


def _is_condition(mention: Mention, ask: Ask) -> bool:
    """Whether a name is a condition on a group (an owner, an industry) and not a record."""
    if not mention.tag or mention.ref.of is not None or not mention.ref.name or mention.ref.kinds:
        return False
    before, after = ask.text[: mention.start], ask.text[mention.end :]
    owner = re.match(r"\s+(?:owns|own\b|is responsible|handles|manages|looks after)", after) or re.search(
        r"\b(?:owned by|belong(?:s|ing)? to|assigned to|managed by|handled by|run by|whose owner is)\s+$",
        before,
        re.IGNORECASE,
    )
    if any(m.ref.kinds == (Kind.CLIENT,) and m.ref.plural for m in ask.found) and re.search(r"\bthere\b", after):
        return True
    if re.search(r"\b(?:in|from|within)\s+(?:the\s+)?$", before) and any(
        m.ref.kinds == (Kind.CLIENT,) and m.ref.plural for m in ask.found
    ):
        return True
    return owner is not None or re.match(r"\s+(?:industry|sector|clients|customers|accounts)\b", after) is not None


def _client_of(text: str, found: list[Mention]) -> Ref | None:
    """ "which client is X for", "the account that deal belongs to"."""
    clients = [
        m
        for m in found
        if m.ref.kinds == (Kind.CLIENT,) and not m.ref.name and m.ref.of is None and not m.ref.plural
    ]
    others = [
        m.ref
        for m in found
        if m.ref.kinds in ((), (Kind.OPPORTUNITY,), (Kind.QUOTE,)) and not m.ref.plural and not is_title(m.ref.name)
    ]
    if re.search(r"\b(?:person|contact|title|position|role)\b", text, re.IGNORECASE):
        return None
    asked = [m for m in clients if re.match(r"(?:which|what|the|whose)\b", text[m.start :], re.IGNORECASE)]
    if asked and others and _BELONGS.search(text):
        return Ref((Kind.CLIENT,), of=others[0])
    return None


def _job_holder(found: list[Mention]) -> Ref | None:
    """ "the IT Director of X": the contact with that title."""
    titled = next((m for m in found if is_title(m.ref.name)), None)
    nested = next((m for m in found if m.ref.of is not None and is_title(m.ref.of.name)), None)
    if titled is None and nested is None:
        return None
    title = titled.ref.name if titled else nested.ref.of.name if nested and nested.ref.of else ""
    inner = titled.ref.of if titled and titled.ref.of else None
    scopes = [
        m.ref
        for m in found
        if m is not titled
        and (m.ref.name or m.ref.back in ("noun", "it", "they", "new"))
        and m.ref.kinds != (Kind.CONTACT,)
    ]
    nested_scope = next(
        (
            m.ref.of
            for m in found
            if m.ref.kinds == (Kind.CONTACT,) and m.ref.of is not None and not is_title(m.ref.of.name)
        ),
        None,
    )
    scope = inner or nested_scope or (scopes[0] if scopes else None)
    return Ref((Kind.CONTACT,), of=scope, filters=Filters(texts=(("title", title),)))


def acted_upon(ask: Ask) -> Ref | None:
    """The record to change: named before described, of a kind that has the fields, first mentioned first."""
    best: tuple[int, Ref] | None = None
    used = frozenset[str]().union(*(ask.roles(kind).used for kind in ask.kinds[:3]))
    values = {slot.said for kind in ask.kinds[:3] for slot in ask.slots(kind)}
    settable = {kind for kind in Kind if ask.act is Act.MODIFY and kind in _PARENTS_OR_CLIENT and ask.slots(kind)}
    for mention in ask.found:
        ref = mention.ref
        if ref.name and ref.of is None and (mention.tag in used or ref.name in values):
            continue
        score = (
            3
            if ref.name or ref.ident
            else 2
            if ref.of is not None or ref.back in ("noun", "new", "group", "other", "person")
            else 1
        )
        score += 2 if (ref.kinds[0] in ask.kinds[:2] if ref.kinds else ref.name) else 0
        score += 4 if ref.kinds and ref.kinds[0] in settable else 0
        score -= 4 if ref.kinds and settable and ref.kinds[0] not in settable else 0
        score -= 4 if ref.kinds and ask.act in _ENDS and ref.kinds[0] not in _ENDED else 0
        if ref.kinds and ask.act in (Act.CANCEL,) and ref.kinds[0] is Kind.QUOTE:
            score += 3
        if best is None or score > best[0]:
            best = (score, ref)
    return best[1] if best else None


def two_parents(ask: Ask) -> tuple[Ref, Ref] | None:
    """The client and the deal of a new contract that names both, in the order in which they stand."""
    names: list[Ref] = []
    given = {slot.said for slot in ask.slots(Kind.CONTRACT)}
    for mention in ask.found:
        chain = [mention.ref, *([mention.ref.of] if mention.ref.of else [])]
        names += [replace(ref, of=None) for ref in chain if ref.name and ref.name not in given]
    return (names[0], names[1]) if len(names) > 1 else None


def parent(ask: Ask, kind: Kind) -> Ref | None:
    """The record that the new one belongs to."""
    allowed = PARENTS.get(kind, ())
    used = ask.roles(kind).used
    named: list[Ref] = []
    back: list[Ref] = []
    for mention in ask.found:
        ref = mention.ref
        if kind is Kind.CONTRACT and ref.name in {slot.said for slot in ask.slots(kind)}:
            continue
        if kind in PAPERS and _SENDS.match(ask.text[mention.end :]) and not ref.name:
            continue
        if ref.kinds == (kind,) and ref.of is not None:
            ref = ref.of
        elif ref.kinds == (kind,) and kind not in allowed:
            continue
        if ref.name and mention.tag in used:
            if ref.of is None:
                continue
            ref = ref.of
        if ref.kinds and not set(ref.kinds) & {*allowed, *(_NEVER_HOLDERS if kind in PAPERS else ())}:
            continue
        (named if ref.name or ref.ident else back).append(ref)
    described = [ref for ref in back if ref.kinds] if kind in PAPERS else []
    chosen = named or [ref for ref in described if ref.of is not None] or described or back
    return chosen[0] if chosen else None
