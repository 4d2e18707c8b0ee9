"""Roles of names: which name in a clause is the new record's, which an owner, a job title, an author, a parent."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from atlas.models.offline.grammar.asks import Act, Slot
from atlas.models.offline.grammar.marks import Marked
from atlas.models.offline.kinds import INFO, Kind

_OWNER_BEFORE = re.compile(
    r"\bowner(?:ship)?\b[^<.]{0,45}\b(?:to|is|be|:)\s*(?:now\s+)?$|\b(?:owner(?:ship)?|owned by|account "
    r"(?:manager|executive|owner)|sales rep|rep|responsible|assigned to|assign(?:ing)? (?:it |this |that )?to|"
    r"managed by|run by|"
    r"handled by|led by|looked after by|belongs to|belong to|in the hands of|under|give (?:it|this|that) to|"
    r"over to|by)\s*(?:of\b[^<]*<[^>]+>[^<]*)?(?:is|to|:|=|as|should be|will be|being|set to|now|goes to|"
    r"changes to|from <n\d+> to|,)?\s*(?:now\s+|be\s+|is\s+)?$",
    re.IGNORECASE,
)  # fmt: skip
_OWNER_AFTER = re.compile(
    r"^\s*(?:(?:is|as|will be|to be|being|becomes|for|should be|was made)\s+)?(?:now\s+)?(?:the\s+|its\s+|"
    r"their\s+|our\s+)?(?:new\s+)?(?:account |deal )?(?:owner|in charge|responsible|account manager|rep\b)"
    r"|^\s*(?:owns|own\b|will own|(?:to )?look(?:s|ing)? after|(?:to )?takes? care of|takes? (?:it |this "
    r")?over|taking over|is taking over|will take|to take over|will handle|handles|to own|should own|will "
    r"look after|looks after)",
    re.IGNORECASE,
)
_REASSIGN = re.compile(
    r"\b(?:reassign|assign|hand|transfer|give|pass|move)\b[^.]*\b(?:to|over to)\s*$", re.IGNORECASE
)
_CALLED = re.compile(
    r"\b(?:called|named|titled|entitled|labelled|name it|call it|title it|by the name of|under the name(?: "
    r"of)?|name(?:d)?|the name|known as)\s*(?:is|:|=|of|to be|as|should be|will be|,)?\s*$",
    re.IGNORECASE,
)
_RENAMED = re.compile(
    r"\bnew name\s*(?:is|:|of)?\s*$|\b(?:renam\w+|retitl\w+)\b[^.]*\b(?:to|as|into)\s*$|\bname\b[^.]*\b(?:to|"
    r"so that it reads|reads?|say|says|be|is|becomes?|as|changes to|:)\s*(?:now\s+)?$|\b(?:call|name|"
    r"title)\s+(?:it|this|that|the deal)\s*(?:as|:)?\s*$|\b(?:is|be) (?:now )?called\s*$|"
    r"\bcall\b[^.]*\b(?:deal|opportunity|it|that|this|one|added|created|set up)\s*$|\bcall\b[^.<]*<n\d+>\s*$",
    re.IGNORECASE,
)
_PARENT = re.compile(
    r"\b(?:for|with|under|at|on|to|against|of|client|customer|account|company|deal|opportunity|belonging to|"
    r"from|over at|behalf of)\s*(?:is|:|=|,)?\s*(?:(?:the|our|my|an?|existing|client|customer|account|company|"
    r"prospect|deal|opportunity)\s+)*$",
    re.IGNORECASE,
)
_AUTHOR = re.compile(
    r"\b(?:(?:uploaded|written|signed|created|noted|added) by|signed|by|on behalf of|in the name of|"
    r"credit(?:ed)? to|"
    r"(?:uploader|author|writer)(?: is|:|,)?)\s*$",
    re.IGNORECASE,
)
_AS_AUTHOR = re.compile(
    r"\s+(?:as (?:the |its )?(?:uploader|author|writer)|is (?:the )?(?:uploader|author))\b", re.I
)
_TITLE = re.compile(
    r"^(?:(?:senior |junior |deputy |assistant |interim )?(?:VP|SVP|EVP|Vice President|Head|Chief|Director|"
    r"President|Manager)\b.*|.*\b(?:Officer|Director|Manager|Lead|Counsel|CEO|CFO|CTO|COO|CIO|CMO|Engineer|"
    r"Analyst|Buyer|Specialist|"
    r"Coordinator|Consultant|Assistant|Administrator|Controller|Accountant|Secretary|Supervisor|Executive|"
    r"Representative|Associate|Developer|Planner|Clerk|President))$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Roles:
    """Slots that names fill, and the tags of names so used; the other names refer to records."""

    slots: tuple[Slot, ...] = ()
    used: frozenset[str] = field(default_factory=frozenset)


def is_title(name: str) -> bool:
    """Whether a capitalised phrase is a job title: "VP of Sales", "Chief Technology Officer"."""
    return _TITLE.match(name.strip()) is not None


def roles(text: str, marked: Marked, act: Act, kind: Kind) -> Roles:
    """What each name in the clause is for, given what is done with what kind of record."""
    slots: list[Slot] = []
    used: set[str] = set()
    for found in re.finditer(r"<[nq]\d+>", text):
        name = _role(text, found.start(), found.end(), marked, act, kind, {slot.field for slot in slots})
        if name:
            slots.append(Slot(name, marked.spans[found[0]].said))
            used.add(found[0])
    if act is Act.CREATE and _needs_name(kind) and not {"name", "file_name"} & {slot.field for slot in slots}:
        tag = _unclaimed(text, used, kind)
        if tag:
            slots.append(Slot("name", marked.spans[tag].said))
            used.add(tag)
    return Roles(tuple(slots), frozenset(used))


def _needs_name(kind: Kind) -> bool:
    return kind in (Kind.CLIENT, Kind.CONTACT, Kind.OPPORTUNITY, Kind.COMPANY)


def _role(text: str, start: int, end: int, marked: Marked, act: Act, kind: Kind, taken: set[str]) -> str:
    before, after = text[max(0, start - 90) : start], text[end : end + 40]
    said = marked.spans[text[start:end]].said
    fields = INFO[kind].by_name
    if "title" in fields and is_title(said) and "title" not in taken:
        return "title"
    if "owner" in fields and "owner" not in taken and _is_owner(before, after, act):
        return "owner"
    if kind in (Kind.DOCUMENT, Kind.NOTE) and _is_author(before, after) and text[start:end].startswith("<n"):
        return "uploaded_by" if kind is Kind.DOCUMENT else "created_by"
    if act is Act.CREATE and _needs_name(kind) and "name" not in taken and _CALLED.search(before):
        return "name"
    followed = re.match(r"\s+<n\d+>", after) is not None
    if (
        act is Act.MODIFY
        and "name" in fields
        and "name" not in taken
        and not followed
        and _RENAMED.search(text[:start])
    ):
        return "name"
    if "industry" in fields and "industry" not in taken and _is_industry(before, after, act):
        return "industry"
    return ""


def _is_author(before: str, after: str) -> bool:
    return _AUTHOR.search(before) is not None or _AS_AUTHOR.match(after) is not None


def _is_owner(before: str, after: str, act: Act) -> bool:
    if _OWNER_AFTER.match(after):
        return True
    if re.search(r"\b(?:name|called)\b[^,;]*$", before):
        return False
    reassigned = (
        act is Act.MODIFY
        and _REASSIGN.search(before) is not None
        and re.match(r"\s*(?:[,.!?]|$|please|from now|as)", after) is not None
    )
    put = (
        re.search(r"\b(?:put|make|have|let)\s*$", before, re.IGNORECASE) is not None
        and re.match(r"\s*(?:in charge|the (?:new )?(?:account )?owner|take|own|responsible)", after) is not None
    )
    return _OWNER_BEFORE.search(before) is not None or reassigned or put


def _is_industry(before: str, after: str, act: Act) -> bool:
    if re.match(r"\s*(?:industry|sector)\b", after, re.IGNORECASE):
        return True
    labelled = re.search(
        r"\b(?:industry|sector|vertical)\s*(?:is|to|:|=|of|as|should be|will be|now)?\s*(?:now\s+)?$",
        before,
        re.IGNORECASE,
    )
    return labelled is not None or (
        act is Act.CREATE and re.search(r",?\s+(?:in|active in|works in|operates in)\s*$", before) is not None
    )


def _unclaimed(text: str, used: set[str], kind: Kind) -> str:
    """The name of the new record when nothing says so: the one not standing after "for", "at" and the like."""
    names = [(m[0], text[: m.start()]) for m in re.finditer(r"<n\d+>", text) if m[0] not in used]
    noun = re.compile(rf"\b(?:{INFO[kind].nouns})\s*(?:,|:|-|–)?\s*$", re.IGNORECASE)
    after_noun = [tag for tag, before in names if noun.search(before)]
    free = [tag for tag, before in names if not _PARENT.search(before)]
    after_colon = [tag for tag, before in names if re.search(r":\s*$", before)]
    if kind is Kind.CLIENT:
        return next(iter([*after_noun, *free, *(tag for tag, _ in names)]), "")
    for tags in (after_colon, after_noun if len(names) > 1 or kind is not Kind.CONTACT else [], free):
        if tags:
            return tags[0]
    named_for = [tag for tag, before in names if re.search(r"\bfor\s*$", before)]
    return named_for[0] if kind is Kind.CONTACT and named_for else ""
