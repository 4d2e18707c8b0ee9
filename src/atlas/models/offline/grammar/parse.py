"""The parser: a request as a tuple of asks, each with its clause and the records it refers to."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from functools import lru_cache

from atlas.models.offline.grammar.ask import Ask, gives_values
from atlas.models.offline.grammar.asks import Act
from atlas.models.offline.grammar.borrowed import without_borrowed
from atlas.models.offline.grammar.clause import Clause
from atlas.models.offline.grammar.clauses import clauses, with_note_text
from atlas.models.offline.grammar.guesses import Vocabulary, fitting, likely_kinds
from atlas.models.offline.grammar.marks import Marked, mark
from atlas.models.offline.grammar.overview import ensures_client
from atlas.models.offline.grammar.papers import with_note_quoted, without_author
from atlas.models.offline.grammar.references import Mention, mentions
from atlas.models.offline.grammar.roles import is_title, roles
from atlas.models.offline.grammar.targets import PAPERS, PARENTS, acted_upon, asked_about, parent
from atlas.models.offline.kinds import Kind


@lru_cache(maxsize=512)
def parse(text: str, today: date, vocabulary: Vocabulary) -> tuple[Ask, ...]:
    """Everything a request asks for, in order; empty when nothing in it is understood."""
    values = tuple(sorted({value for _, kind_values in vocabulary for value in kind_values}))
    marked = with_note_text(with_note_quoted(mark(text, today, values)))
    if ensures_client(marked.text):
        return (Ask(Act.CREATE, marked.text, marked, (), (Kind.CLIENT,), made=Kind.CLIENT),)
    asks = [_ask(clause, marked, dict(vocabulary)) for clause in clauses(marked) if clause.act is not Act.NONE]
    return tuple(_settled(asks))


def _ask(spoken: Clause, marked: Marked, vocabulary: dict[Kind, tuple[str, ...]]) -> Ask:
    # A record that only lends a value is not what the clause is about.
    clause = replace(spoken, text=without_borrowed(spoken.text)) if spoken.act is Act.MODIFY else spoken
    used = frozenset[str]().union(
        *(
            roles(clause.text, marked, clause.act, kind).used
            for kind in (Kind.OPPORTUNITY, Kind.CLIENT, Kind.CONTACT)
        )
    )
    # "Please attach it" is said of the paper that is to be made, not of a record named before.
    if clause.kind in PAPERS:
        found = mentions(without_author(clause.text), marked)
    else:
        found = _with_antecedents(
            mentions(clause.text, marked), clause.text, used if clause.act is Act.MODIFY else frozenset()
        )
    kinds = likely_kinds(clause, marked, vocabulary)
    ask = Ask(clause.act, spoken.text, marked, tuple(found), kinds, made=clause.kind)
    if clause.act is Act.CREATE and clause.kind is not None:
        return replace(ask, target=parent(ask, clause.kind), kinds=PARENTS.get(clause.kind, ()))
    target = asked_about(ask) if clause.act in (Act.READ, Act.COMPARE) else acted_upon(ask)
    own = target.kinds if target else ()
    if target and not own and target.name and target.of:
        own = (Kind.CONTACT,)
    if not own and target is not None and target.back in ("it", "they"):
        kinds = fitting(replace(ask, target=target), kinds)
    return replace(ask, target=target, kinds=own or kinds)


def _with_antecedents(found: list[Mention], text: str, used: frozenset[str]) -> list[Mention]:
    """Mentions with "it", "them" and "its" replaced by what the same clause named before."""
    settled: list[Mention] = []
    for mention in found:
        thing = "it" in (mention.ref.back, mention.ref.of.back if mention.ref.of else "")
        before = [
            m.ref
            for m in settled
            if not (thing and m.ref.kinds == (Kind.CLIENT,) and not m.ref.name)
            and mention.start - m.end > 1
            and m.ref.back not in ("it", "they", "person")
            and not is_title(m.ref.name)
            and m.tag not in used
            and not _asks(text[m.start : m.end])
        ]
        ref = mention.ref
        if before and ref.back in ("it", "they"):
            ref = before[-1]
        elif before and ref.of is not None and ref.of.back in ("it", "they", "person"):
            ref = replace(ref, of=before[-1])
        settled.append(replace(mention, ref=ref))
    return settled


def _asks(words: str) -> bool:
    return re.match(r"(?:which|what|whose)\b", words, re.IGNORECASE) is not None


def _settled(asks: list[Ask]) -> list[Ask]:
    """Asks without those that only round off another one: "please update it", "add them"."""
    kept: list[Ask] = []
    for ask in asks:
        if kept and ask.act is Act.MODIFY and not gives_values(ask) and not ask.marked.tags("nq", ask.text):
            continue
        kept.append(ask)
    for index in range(len(kept) - 2, -1, -1):
        ask, following = kept[index], kept[index + 1]
        if ask.act is Act.MODIFY and not gives_values(ask):
            if ask.target is not None and (following.target is None or following.target.back in ("it", "they")):
                kept[index + 1] = replace(following, target=ask.target)
            del kept[index]
    return kept
