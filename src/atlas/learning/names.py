"""Names: those of one task's data (customers, people, deals), looked for in the text of an entry."""

from __future__ import annotations

import re
from collections.abc import Iterable

from atlas.core.playbook import Entry
from atlas.learning.passage import phrase, without_accents
from atlas.learning.prose import plain_pattern, prose

# Parts of names that are ordinary words of any business, so no sign of one customer on their own.
_ORDINARY_WORDS = """
    account active advisory and annual approved attached audit automation business capital care central
    client cloud college company construction consulting contact contract corp corporation customer
    customers data deal delivery design digital discount document draft east energy engineering
    enterprise europe expansion finance first fleet food foods forecasting foundation global gmbh group
    health holdings hosting implementation inc industries industry initiative insurance integration
    international invoice labs legal license limited logistics maintenance managed management manager
    manufacturing market marketing media medical meeting messaging migration mobile module network north
    note office onboarding online operations opportunity order package partner partners payment payments
    payroll phase pilot plan platform portal premium pricing print procurement product products
    professional program project proposal prospect purchase quarterly quote refresh renewal reporting
    research reseller retail review rollout sales school security service services software solutions
    south staffing standard status strategy subscription suite support system systems team tech
    technologies technology telecom test the trade training transition university update upgrade vendor
    warehouse west with world
"""
_ORDINARY = frozenset(_ORDINARY_WORDS.split())
# First names and surnames that are also verbs, with which an order may begin: "Mark the quote as sent".
_OPENER_WORDS = "bill case chase field frank grant jack mark may page park pat price rob rush sue will"
_OPENERS = frozenset(_OPENER_WORDS.split())
_MIN_NAME = 3
_MIN_PART = 4


def foreign_names(entry: Entry, known: Iterable[str], allowed: Iterable[str], handles: Iterable[str]) -> list[str]:
    """Names of the task's data that the entry holds, sorted.

    A name of several words counts in any case. A single name, and a part of a longer one ("Acme" of "Acme
    Corporation"), counts as it is written, and in the cue in any case, unless it is an ordinary word or one of
    the tools' own words. `allowed` names never count.
    """
    pattern = plain_pattern(entry.cue)
    text = without_accents(f"{prose(entry)}\n{pattern}")
    words, cue_words, free = phrase(text), phrase(pattern), {phrase(name) for name in allowed}
    ordinary = _ORDINARY | {word for handle in handles for word in re.findall(r"[a-z]+", handle.lower())}
    found = set()
    for name in known:
        if phrase(name) in free:
            continue
        if len(phrase(name).split()) > 1 and phrase(name) in words:
            found.add(name)
        else:
            telling = [part for part in _telling(name, ordinary) if phrase(part) not in free]
            found.update(part for part in telling if _stands(part, text, cue_words))
    return sorted(found)


def _telling(name: str, ordinary: frozenset[str]) -> list[str]:
    """The words of a name that give it away on their own."""
    parts = re.findall(r"\w+", without_accents(name))
    if len(parts) == 1:
        return [p for p in parts if len(p) >= _MIN_NAME and p.lower() not in ordinary]
    return [p for p in parts if len(p) >= _MIN_PART and p[0].isupper() and p.lower() not in ordinary]


def _stands(part: str, text: str, cue_words: str) -> bool:
    if part.lower() in _OPENERS:
        return re.search(rf"[a-z,] {re.escape(part)}\b", text) is not None
    return re.search(rf"\b{re.escape(part)}\b", text) is not None or phrase(part) in cue_words
