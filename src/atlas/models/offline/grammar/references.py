"""References: how a clause speaks of records: by name, by what was said before, by place or by an extreme."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from atlas.models.offline.catalog import plain
from atlas.models.offline.grammar.asks import Filters, Ref
from atlas.models.offline.grammar.lexicon import kind_of_noun
from atlas.models.offline.grammar.marks import Marked
from atlas.models.offline.grammar.phrases import (
    ALL_BEFORE,
    BELONGS_AFTER,
    FRAMED,
    JUST_MADE,
    LINK,
    LISTED,
    NAME,
    NAME_NOUN,
    NOUN_NAME,
    OUT_OF,
    OWNED,
    OWNS,
    PHRASE,
    PLURAL,
    PRONOUN,
    VERSION,
    WORKS_AT,
)
from atlas.models.offline.grammar.picks import pick_of
from atlas.models.offline.kinds import Kind


@dataclass(frozen=True, slots=True)
class Mention:
    """A reference and where it stands in its clause. `tag` is the name's tag when it is a name."""

    start: int
    end: int
    ref: Ref
    tag: str = ""


def mentions(text: str, marked: Marked) -> list[Mention]:
    """All references in a clause in order of place. "the quote for X" gives one mention that is `of` X."""
    found: list[Mention] = []
    for reader in (
        _framed,
        _just_made,
        _listed,
        _out_of,
        _versions,
        _noun_names,
        _name_nouns,
        _owned,
        _phrases,
        _plurals,
        _names,
        _pronouns,
    ):
        for mention in reader(text, marked):
            if all(mention.end <= other.start or mention.start >= other.end for other in found):
                found.append(mention)
    in_order = sorted(found, key=lambda mention: mention.start)
    return _linked([_with_term(mention, text, marked) for mention in in_order], text, marked)


_TERM = re.compile(
    r"\s*,?\s*(?:that |which )?(?P<word>ends?|ending|expires?|expiring|runs? (?:until|to|through)|running "
    r"until|starts?|"
    r"starting|begins?|beginning|worth|over|valued at|with a value of|of)\s+(?:on\s+|in\s+|"
    r"at\s+)?(?P<tag><[dm]\d+>)",
    re.IGNORECASE,
)


def _with_term(mention: Mention, text: str, marked: Marked) -> Mention:
    """A contract told apart by its dates or its value: "the contract with X that ends on April 3"."""
    found = _TERM.match(text, mention.end) if mention.ref.kinds == (Kind.CONTRACT,) else None
    if found is None:
        return mention
    span, filters = marked.spans[found["tag"]], mention.ref.filters
    if span.day is None:
        filters = replace(filters, exactly=span.number)
    else:
        column = "start_date" if found["word"].lower().startswith(("start", "begin")) else "end_date"
        filters = replace(filters, texts=(*filters.texts, (column, span.day.isoformat())))
    return replace(mention, end=found.end(), ref=replace(mention.ref, filters=filters))


def _framed(text: str, marked: Marked) -> Iterator[Mention]:
    """ "the v2 X quote": the quote of X with that version."""
    for match in FRAMED.finditer(text):
        ref = _noun_phrase(match["noun"], match["adjectives"], marked)
        yield Mention(
            match.start(), match.end(), replace(ref, of=_named(match["name"], marked, None)), match["name"]
        )


def _just_made(text: str, marked: Marked) -> Iterator[Mention]:
    for match in JUST_MADE.finditer(text):
        kind = kind_of_noun(match["noun"] or match["noun2"] or match["noun3"] or "")
        yield Mention(match.start(), match.end(), Ref((kind,) if kind else (), back="new"))


def _listed(text: str, marked: Marked) -> Iterator[Mention]:
    """ "the last quote you listed"."""
    for match in LISTED.finditer(text):
        kind = kind_of_noun(match["noun"] or "")
        ref = _described((kind,) if kind else (), match["adjectives"], "", marked, not match["adjectives"])
        yield Mention(match.start(), match.end(), replace(ref, back="group"))


def _out_of(text: str, marked: Marked) -> Iterator[Mention]:
    """ "the bigger of the two", "the second of those quotes"."""
    for match in OUT_OF.finditer(text):
        kind = kind_of_noun(match["noun"] or match["noun2"] or "")
        ref = _described((kind,) if kind else (), match["adjectives"], "", marked, False)
        yield Mention(match.start(), match.end(), replace(ref, back="group"))


def _versions(text: str, marked: Marked) -> Iterator[Mention]:
    """ "quote v2", "quotes v1 and v2"."""
    for match in VERSION.finditer(text):
        tags = re.findall(r"<[vx]\d+>", match[0])
        filters = Filters(versions=tuple(marked.spans[tag].said.lower() for tag in tags))
        yield Mention(
            match.start(), match.end(), Ref((Kind.QUOTE,), back="noun", filters=filters, plural=len(tags) > 1)
        )


def _noun_names(text: str, marked: Marked) -> Iterator[Mention]:
    for match in NOUN_NAME.finditer(text):
        kind = kind_of_noun(match["noun"])
        if kind in (Kind.QUOTE, Kind.NOTE, Kind.DOCUMENT, Kind.CONTRACT) and match["name"][1] != "i":
            continue
        if match["noun"].lower().endswith("s") or kind is None or ALL_BEFORE.search(text[: match.start()]):
            continue
        if ":" in match[0] and re.search(r"\b(?:that|this|same|new)\s+$", text[: match.start()], re.IGNORECASE):
            continue
        if kind is Kind.CLIENT and BELONGS_AFTER.match(text[match.end() :]):
            continue
        yield Mention(match.start(), match.end(), _named(match["name"], marked, kind), match["name"])


def _name_nouns(text: str, marked: Marked) -> Iterator[Mention]:
    """ "the X deal", "the X account"."""
    for match in NAME_NOUN.finditer(text):
        yield Mention(
            match.start(), match.end(), _named(match["name"], marked, kind_of_noun(match["noun"])), match["name"]
        )


def _owned(text: str, marked: Marked) -> Iterator[Mention]:
    """The part after a possessive or a name: "'s biggest open deal", "X quote"."""
    for match in OWNED.finditer(text):
        if text[match.start() - 1] == ">" and re.search(r"<[ni]\d+>$", text[: match.start()]) is None:
            continue
        start = match.start() + len(match[0]) - len(match[0].lstrip())
        yield Mention(start, match.end(), _noun_phrase(match["noun"], match["adjectives"], marked))


def _phrases(text: str, marked: Marked) -> Iterator[Mention]:
    for match in PHRASE.finditer(text):
        head = match["noun"] or match["one"] or match["place"] or ""
        kind = kind_of_noun(match["noun"]) if match["noun"] else None
        determiner = match["determiner"].lower()
        plural = _is_plural(head) or head.lower() in ("both", "two", "three")
        words = "" if match["noun"] else head
        ref = _described((kind,) if kind else (), match["adjectives"] or "", words, marked, plural)
        if determiner in ("its", "it's", "their"):
            ref = replace(ref, of=Ref(back="it"))
        elif determiner in ("his", "her"):
            ref = replace(ref, of=Ref((Kind.CONTACT,), back="person"))
        elif re.search(r"\bother\b", f"{match['adjectives'] or ''} {head}", re.IGNORECASE):
            ref = replace(ref, back="other")
        elif determiner in ("that", "this", "those", "these", "same", "said", "both") or re.search(
            r"\bsame\b", match["adjectives"] or ""
        ):
            ref = replace(ref, back="group" if plural else "noun")
        elif kind is None:
            ref = replace(ref, back="group")
        elif (
            determiner in ("every", "each", "any")
            or determiner.startswith("all")
            or (determiner in ("which", "what") and kind in (Kind.OPPORTUNITY, Kind.QUOTE, Kind.CONTACT))
        ):
            ref = replace(ref, plural=True)
        else:
            ref = replace(ref, back="" if plural else "noun")
        yield Mention(match.start(), match.end(), ref)


def _plurals(text: str, marked: Marked) -> Iterator[Mention]:
    for match in PLURAL.finditer(text):
        yield Mention(match.start(), match.end(), _noun_phrase(match["noun"], match["adjectives"], marked))


def _noun_phrase(noun: str, adjectives: str, marked: Marked) -> Ref:
    kind = kind_of_noun(noun)
    return _described((kind,) if kind else (), adjectives or "", "", marked, _is_plural(noun))


def _names(text: str, marked: Marked) -> Iterator[Mention]:
    for match in NAME.finditer(text):
        yield Mention(match.start(), match.end(), _named(match[0], marked, None), match[0])


def _pronouns(text: str, marked: Marked) -> Iterator[Mention]:
    for match in PRONOUN.finditer(text):
        if match["person"]:
            yield Mention(match.start(), match.end(), Ref((Kind.CONTACT,), back="person"))
        elif match["group"]:
            yield Mention(match.start(), match.end(), Ref(back="they"))
        else:
            yield Mention(match.start(), match.end(), Ref(back="it"))


def _named(tag: str, marked: Marked, kind: Kind | None) -> Ref:
    span = marked.spans[tag]
    kinds = (kind,) if kind else ()
    if tag.startswith("<i"):
        return Ref(kinds, ident=span.said)
    return Ref(kinds, name=span.said.strip(), others=span.others)


def _described(kinds: tuple[Kind, ...], adjectives: str, head: str, marked: Marked, plural: bool) -> Ref:
    """A record by its adjectives: state, value, place."""
    words = adjectives.lower()
    is_open = (
        True
        if re.search(r"\b(?:open|live|outstanding)\b", words)
        else False
        if re.search(r"\bclosed\b", words)
        else None
    )
    filters = Filters(
        values=tuple(plain(span.said) for span in marked.tags("e", adjectives)),
        is_open=is_open,
        exactly=next((span.number for span in marked.tags("mx", adjectives)), None),
        versions=tuple(span.said.lower() for span in marked.tags("v", adjectives)),
    )
    return Ref(kinds, pick=pick_of(adjectives, head), filters=filters, plural=plural or len(filters.versions) > 1)


def _is_plural(word: str) -> bool:
    lower = word.lower()
    return lower in ("ones", "people", "everybody", "everyone", "others", "pipeline") or (
        lower.endswith("s") and kind_of_noun(word) is not None
    )


_RELATED: dict[Kind, frozenset[Kind]] = {
    Kind.QUOTE: frozenset({Kind.OPPORTUNITY, Kind.CLIENT}),
    Kind.OPPORTUNITY: frozenset({Kind.CLIENT, Kind.QUOTE, Kind.CONTACT, Kind.CONTRACT}),
    Kind.CONTACT: frozenset({Kind.CLIENT, Kind.OPPORTUNITY, Kind.COMPANY}),
    Kind.CONTRACT: frozenset({Kind.CLIENT, Kind.OPPORTUNITY}),
    Kind.CLIENT: frozenset({Kind.OPPORTUNITY, Kind.CONTACT, Kind.QUOTE, Kind.CONTRACT, Kind.CLIENT}),
    Kind.NOTE: frozenset(Kind),
    Kind.DOCUMENT: frozenset(Kind),
    Kind.COMPANY: frozenset(),
}


def _linked(found: list[Mention], text: str, marked: Marked) -> list[Mention]:
    """Join "the draft quote" and "X" of "the draft quote for X", or "X" and "open deals" of "X's open deals"."""
    joined = True
    while joined:
        joined = False
        for index in range(len(found) - 2, -1, -1):
            left, right = found[index], found[index + 1]
            both = _joined(left, right, text[left.end : right.start])
            if both is not None:
                found[index : index + 2] = [_with_term(both, text, marked)]
                joined = True
                break
    return found


def _joined(left: Mention, right: Mention, between: str) -> Mention | None:
    if _possesses(left.ref, right.ref, between):
        return Mention(left.start, right.end, replace(right.ref, of=left.ref, back=""), left.tag)
    if left.ref.of is None and _belongs(left.ref, right.ref, between):
        if re.search(r"\bopen\b", between):
            left = replace(left, ref=replace(left.ref, filters=replace(left.ref.filters, is_open=True)))
        back = left.ref.back if left.ref.back == "group" and not left.ref.kinds else ""
        return Mention(left.start, right.end, replace(left.ref, of=right.ref, back=back), left.tag or right.tag)
    return None


def _possesses(left: Ref, right: Ref, between: str) -> bool:
    """ "X's deals", "X quote", "that client's contact Y"."""
    if OWNS.match(between) is None or right.of is not None or right.back in ("it", "they", "person"):
        return False
    if right.name:
        return "'" in between or "’" in between
    if not right.kinds or (right.back and not right.filters.versions):
        return False
    if right.kinds == (Kind.CLIENT,) and right.plural and left.name:
        return False
    return (
        not left.kinds
        or bool(_RELATED[right.kinds[0]] & set(left.kinds))
        or bool(set(left.kinds) & set(right.kinds))
    )


def _belongs(left: Ref, right: Ref, between: str) -> bool:
    if left.name:
        person = not left.kinds or left.kinds[0] is Kind.CONTACT
        place = bool(right.name) or Kind.CLIENT in right.kinds
        return person and place and Kind.OPPORTUNITY not in right.kinds and WORKS_AT.match(between) is not None
    if left.ident or left.back in ("it", "they", "person", "new") or LINK.match(between) is None:
        return False
    if left.kinds == (Kind.CLIENT,) and left.plural and right.name:
        return False
    if not left.kinds:
        return left.pick is not None and (right.plural or right.of is not None)
    return (
        not right.kinds
        or bool(_RELATED[left.kinds[0]] & set(right.kinds))
        or (left.kinds == right.kinds and right.plural)
    )
