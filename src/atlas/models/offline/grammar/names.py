"""Names: runs of capitalised words, told apart from words that are capitalised because a sentence begins."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from atlas.models.offline.grammar.lexicon import CREATE_HEAD, MODIFY_HEAD, READ_HEAD

_CAPITAL = r"(?:[A-ZÀ-Þ]['’](?=[A-ZÀ-Þ]))?[A-ZÀ-Þ](?:[\w&]|[.+](?=\w)|-(?=\w))*"
_NUMBER = r"(?:\d{1,4}(?!\d|[.,]\d|%|\s?(?:k|m|million|percent)\b))"
_INNER = r"(?:of|&|\+|-|–|—|de|del|da|van|von|der|den|la|le|y|/|and Sons|and Co\.?)"
_WORD = rf"(?:{_CAPITAL})"
_RUN = re.compile(
    rf"(?<![\w<]){_WORD}(?:(?:\s(?:{_INNER}\s)?|,\s(?=(?:Inc|LLC|Ltd|GmbH|AG|Co|Corp|S\.A|PLC|LP|"
    rf"LLP)\b))(?:{_WORD}|{_NUMBER})(?!\w))*"
    r"(?:\s\((?:Clone|Copy)\))*(?:(?<=\bInc)\.|(?<=\bLtd)\.|(?<=\bCo)\.|(?<=\bCorp)\.)?"
)
_SENTENCE_START = re.compile(r"(?:^|[.!?:;\n(–—\"]|\s-)\s*$")

_BEFORE_OF = re.compile(
    r"(?:Senior |Junior |Deputy )?(?:S?E?VP|Vice President|Head|Chief|Director|Bank|University|Board|Ministry|"
    r"House|Bay|Isle|City|State|Manager)$"
)
"""What may stand before "of" inside a name or a title."""
_ENDED_TITLE = re.compile(
    r"(?: of .*|\b(?:Officer|Director|Manager|Lead|Counsel|Analyst|Buyer|Engineer|Coordinator|Assistant|"
    r"Controller))$"
)
"""A job title that is complete, so that "of" after it leads to the employer."""

_NEVER = frozenset(
    re.findall(
        r"\S+",
        """
    Also And ASAP BTW CRM Dr EOD EOM EUR FYI GBP Hello Hey Hi I I'd I'll I'm I've ID IDs Mr Mrs Ms OK Okay
    Please PS TBD Thank Thanks USD
    """,
    )
)
_COMMON = frozenset(
    re.findall(
        r"\S+",
        """
    a about account accounts activate actually add additionally address adjust advance after afternoon again
    all alright also among amount an and another answer any append apply approve are as assign assuming at
    attach average based because before besides between biggest book both brief bring budget bump but by
    call can cancel care categorise categorize change cheapest check classify client clients clone close
    combined companies company compare competitor concerning confirm contact contact's contacts contract
    contracts copy correct could count create customer customers cut deactivate deal deals decrease delete
    did discard display do do-not document documents does don't double double-check draft drop duplicate
    e-mail each edit effective email ending enter erase evening every everyone everything expiration expiry
    extend fetch file finally find fine first flag flip folks following for forecast from generate get give
    given good good-morning got great had half halve hand has have he heads heard hello her here hey hi
    highest his how how's hows i i'd i'll i'm i've if in increase increment industry instead is issue it
    it's its job jot just keep kick kindly label largest last lastly leave less let let's lets list locate
    log look looking lose lots lower lowest major make mark may meanwhile might mind modify more morning
    most move my name names need new news next nice no not note notes nothing now of offer offers ok okay on
    onboard once one only open opportunities opportunity or otherwise our over overall owner park partner
    per perfect phone phone's pin please pls plus post postpone prepare price pricing probability progress
    proposal proposals provide pull purge push put question quick quickly quote quotes raise rather re
    re-check read reassign record reduce regarding register reject remind remove rename reopen replicate
    reply report retrieve revert right run same save scrap scratch search second see send set set's setup
    several shall share she shift should show similarly since smallest so someone something sorry speaking
    spin stage start starting status still store sum summarise summarize sure switch tag take team tell
    thank thanks that that's the their then there there's these they thinking third this those three time
    title to today tomorrow top total transfer turn turns two type under undo unless until update upload use
    using value vendor verify version view void want was we we'd we'll we're we've were what what's whats
    when when's where where's which while who who's whom whos whose why will win win-probability with
    withdraw within without word would write yes yesterday you your
    ask call email mail message ping remember forget note notify inform tell
    include archive place link append store sort order count document file who by since where under
    """,
    )
)


@dataclass(frozen=True, slots=True)
class NameFound:
    """A name and where it stands. `others` are longer readings that keep words dropped at a sentence's start."""

    start: int
    end: int
    others: tuple[str, ...] = ()


def find_names(text: str) -> Iterator[NameFound]:
    """Names in `text`, in order. Tags in it are left alone."""
    for run in _RUN.finditer(text):
        yield from _pieces(text, run.start(), run.end())


def _pieces(text: str, start: int, end: int) -> Iterator[NameFound]:
    """A run, split where a word stands that is never part of a name, without a sentence's first common words."""
    words = [(start + w.start(), start + w.end(), w[0]) for w in re.finditer(r"\S+", text[start:end])]
    at_start = _SENTENCE_START.search(text[:start]) is not None
    piece: list[tuple[int, int, str]] = []
    dropped: list[tuple[int, int, str]] = []
    for word in words:
        bare = word[2].strip(".,")
        if bare in _NEVER or word[2].split("'")[0] in ("I",):
            yield from _named(text, piece, dropped)
            piece, dropped, at_start = [], [], True
        elif not piece and at_start and (bare.lower() in _COMMON or _is_verb(bare)):
            dropped.append(word)
        else:
            piece.append(word)
    alone = len(piece) == 1 and at_start and not dropped and re.match(r"\s+[a-z]", text[end:]) is not None
    if not alone or any(character.isdigit() for character in piece[0][2]):
        yield from _named(text, piece, dropped)


def _is_verb(word: str) -> bool:
    """Whether a word at a sentence's start is an order or a question word."""
    return any(head.fullmatch(word) for head in (READ_HEAD, MODIFY_HEAD, CREATE_HEAD))


def _named(
    text: str, piece: list[tuple[int, int, str]], dropped: list[tuple[int, int, str]]
) -> Iterator[NameFound]:
    while piece and re.fullmatch(r"of|&|\+|-|–|—|/|\d+", piece[0][2]):
        piece = piece[1:]
    while piece and re.fullmatch(r"of|&|\+|-|–|—|/", piece[-1][2]):
        piece = piece[:-1]
    if not piece:
        return
    for index in range(len(piece) - 1, 0, -1):
        left = text[piece[0][0] : piece[index - 1][1]]
        if piece[index][2] == "of" and (_ENDED_TITLE.search(left) or not _BEFORE_OF.match(left)):
            yield from _named(text, piece[:index], dropped)
            yield from _named(text, piece[index + 1 :], [])
            return
    start, end = piece[0][0], piece[-1][1]
    others = tuple(text[word[0] : end] for word in reversed(dropped))
    yield NameFound(start, end, others)
