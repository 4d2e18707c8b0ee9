"""A marked text: a request with tags such as <m0> or <n1> for values and names, so that rules see its shape.

Tags by letter: n name, q other quoted text, m money, p percent, d date, r period, u length of time, e enum value,
i id, a e-mail, t phone, f file, l link, v version, x bare number.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from atlas.models.offline.catalog import plain, stem
from atlas.models.offline.grammar.dates import Duration, Period, find_dates, find_durations, find_periods
from atlas.models.offline.grammar.money import GROUPED, MONEY, PERCENT, bare, money_of, percent_of
from atlas.models.offline.grammar.names import find_names

TAG = r"<[a-z]\d+>"
_ID = re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b", re.IGNORECASE)
_EMAIL = re.compile(r"[^\s,;:\"'()<>]*@[^\s,;:\"'()<>]*[\w@]|[\w.+-]+@(?=[\s,;.)?!]|$)|[\w.+-]+\(at\)[\w.-]+")
_URL = re.compile(r"\b(?:https?://|www\.)[^\s,;\"'()<>]*[\w/]")
_FILE = re.compile(
    r"(?<![\w@/])[\w][\w.*#&$!()+-]*\.(?:pdf|docx?|xlsx?|pptx?|csv|txt|key|exe|zip|png|jpe?g|gif|md|html?|bat|"
    r"sh|js|mp4|rar|7z|tiff?|msg|eml)\b",
    re.IGNORECASE,
)
_PHONE = re.compile(
    r"(?<![\w$.-])(?:\+\d[\d\s().-]{6,17}\d|\(?\d{3}\)?[\s.-]\d{3}[\s.-]\d{4}|\d{3}-\d{4})(?![\w%-])"
)
_QUOTED = re.compile(r"[\"“”]([^\"“”]*)[\"“”]|(?<![\w])['‘]([^'‘’\n]{2,}?)['’](?!\w)")
_VERSION = re.compile(r"\bv\d+(?:\.\d+)*\b", re.IGNORECASE)
_NUMBER = re.compile(r"(?<![\w.<-])-?\d+(?:\.\d+)?(?![\w%])")
_STANDS_FOR_NOTHING = frozenset(("TBD", "TBA", "N/A", "NA", "TBC"))


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of the request: `text` as it stands there, `said` without quotation marks, and what it means.

    At most one of number, day, length and period is set. `others` are other readings of a name, to be tried
    when nothing of the name is found.
    """

    text: str = ""
    said: str = ""
    number: Decimal | None = None
    day: date | None = None
    length: Duration | None = None
    period: Period | None = None
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Marked:
    """A request with tags. `text` keeps its capitals outside the tags."""

    text: str
    spans: dict[str, Span]

    def unmark(self, text: str) -> str:
        """`text` with the user's words back in place of tags."""
        return re.sub(TAG, lambda found: self.spans[found[0]].text, text)

    def tags(self, letters: str, text: str) -> tuple[Span, ...]:
        """Spans of these letters in `text`, in order."""
        return tuple(self.spans[tag] for tag in re.findall(rf"<[{letters}]\d+>", text))


class _Marker:
    """Replaces pieces of a text by tags, one kind after the other; what is taken is not looked at again."""

    def __init__(self, text: str) -> None:
        self.text = re.sub(r"[<>\u00a0]", " ", re.sub(r"\b([Dd])on['’]t\b", r"\1o not", text)).strip()
        self.spans: dict[str, Span] = {}
        self._count: dict[str, int] = {}

    def take(self, letter: str, found: Iterable[tuple[int, int, Span]]) -> None:
        """Replace pieces given by start, end and meaning; of two that overlap the first given stays."""
        kept: list[tuple[int, int, Span]] = []
        for start, end, span in found:
            if start < end and all(end <= s or start >= e for s, e, _ in kept):
                kept.append((start, end, span))
        for start, end, span in sorted(kept, key=lambda piece: piece[0], reverse=True):
            self.replace(letter, start, end, span)

    def replace(self, letter: str, start: int, end: int, span: Span) -> None:
        number = self._count.get(letter, 0)
        self._count[letter] = number + 1
        tag = f"<{letter}{number}>"
        text = re.sub(TAG, lambda found: self.spans[found[0]].text, self.text[start:end])
        self.spans[tag] = replace(span, text=text, said=span.said or text)
        self.text = f"{self.text[:start]}{tag}{self.text[end:]}"


def mark(text: str, today: date, enum_values: tuple[str, ...]) -> Marked:
    """`text` with everything of a known form replaced by tags."""
    marker = _Marker(text)
    marker.take("i", _as_is(_ID, marker.text))
    _take_quoted(marker, today, enum_values)
    marker.take("l", _as_is(_URL, marker.text))
    marker.take("a", _as_is(_EMAIL, marker.text))
    marker.take("f", _as_is(_FILE, marker.text))
    marker.take("d", ((d.start, d.end, Span(day=d.value)) for d in find_dates(marker.text, today)))
    marker.take("t", _as_is(_PHONE, marker.text))
    marker.take("v", _as_is(_VERSION, marker.text))
    marker.take("m", ((m.start(), m.end(), Span(number=money_of(m))) for m in MONEY.finditer(marker.text)))
    marker.take("m", ((m.start(), m.end(), Span(number=bare(m[0]))) for m in GROUPED.finditer(marker.text)))
    marker.take("p", ((m.start(), m.end(), Span(number=percent_of(m))) for m in PERCENT.finditer(marker.text)))
    marker.take("u", ((start, end, Span(length=length)) for start, end, length in find_durations(marker.text)))
    marker.take("r", ((start, end, Span(period=period)) for start, end, period in find_periods(marker.text, today)))
    _take_names(marker, enum_values)
    marker.take("e", ((start, end, Span()) for start, end in sorted(_enum_words(marker.text, enum_values))))
    marker.take("x", ((m.start(), m.end(), Span(number=Decimal(m[0]))) for m in _NUMBER.finditer(marker.text)))
    return Marked(re.sub(r"[ \t]+", " ", marker.text), marker.spans)


def _as_is(pattern: re.Pattern[str], text: str) -> list[tuple[int, int, Span]]:
    return [(found.start(), found.end(), Span()) for found in pattern.finditer(text)]


def _take_quoted(marker: _Marker, today: date, enum_values: tuple[str, ...]) -> None:
    """Quoted text is one piece: a value when all of it has a value's form, a name when it looks like one."""
    for found in reversed(list(_QUOTED.finditer(marker.text))):
        inner = found[1] if found[1] is not None else found[2]
        letter, span = _quoted(inner, today, enum_values)
        marker.replace(letter, found.start(), found.end(), span)


def _quoted(inner: str, today: date, enum_values: tuple[str, ...]) -> tuple[str, Span]:
    text = inner.strip()
    if plain(text) in {plain(value) for value in enum_values}:
        return "e", Span(said=inner)
    if (money := MONEY.fullmatch(text)) is not None:
        return "m", Span(said=text, number=money_of(money))
    for day in find_dates(text, today):
        if (day.start, day.end) == (0, len(text)):
            return "d", Span(said=text, day=day.value)
    if _EMAIL.fullmatch(text):
        return "a", Span(said=text)
    if _FILE.fullmatch(text):
        return "f", Span(said=text)
    named = (
        text.upper() not in _STANDS_FOR_NOTHING
        and text[:1].isupper()
        and len(text.split()) <= 8
        and not text.endswith((".", "!", "?"))
    )
    return ("n" if named else "q"), Span(said=inner)


def _take_names(marker: _Marker, enum_values: tuple[str, ...]) -> None:
    known = {stem(plain(value)) for value in enum_values}
    for name in reversed(list(find_names(marker.text))):
        said = marker.text[name.start : name.end]
        if stem(plain(said)) in known:
            continue
        head, _, last = said.rpartition(" ")
        verb = re.search(
            r"\b(?:make|mark|set|turn|flag|put|switch)\s+(?:\w+\s+){0,2}$", marker.text[: name.start], re.IGNORECASE
        )
        end = name.start + len(head) if verb and " " in head and stem(last.lower()) in known else name.end
        marker.replace("n", name.start, end, Span(others=name.others))


def _enum_words(text: str, enum_values: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    """Words that name an enum value, where they stand as a value and not as a noun or a verb."""
    pattern, stems = _enum_forms(enum_values)
    for found in pattern.finditer(text):
        if _stands_as_value(found[0].lower(), text[: found.start()], text[found.end() :]):
            yield found.start(), found.end()
    for word in re.finditer(r"(?<!<)\b(?:[A-Za-z]{4,}|win)\b", text):
        if stem(word[0].lower()) in stems and _stands_as_value(
            word[0].lower(), text[: word.start()], text[word.end() :]
        ):
            yield word.start(), word.end()


_FORMS: dict[tuple[str, ...], tuple[re.Pattern[str], frozenset[str]]] = {}


def _enum_forms(values: tuple[str, ...]) -> tuple[re.Pattern[str], frozenset[str]]:
    if values not in _FORMS:
        phrases = sorted({plain(value) for value in values}, key=len, reverse=True)
        endings = sorted({phrase.split()[-1] for phrase in phrases if " " in phrase})
        forms = [re.sub(" ", r"[\\s-]+", re.escape(phrase).replace(r"\ ", " ")) for phrase in phrases]
        _FORMS[values] = (
            re.compile(rf"(?<!<)\b(?:{'|'.join([*forms, *endings]) or '(?!)'})\b", re.IGNORECASE),
            frozenset(stem(phrase) for phrase in (*phrases, *endings) if " " not in phrase),
        )
    return _FORMS[values]


_VALUE_BEFORE = re.compile(
    r"(?:\b(?:to|into|in|at|as|stage|stages|status|statuses|is|are|be|becomes?|now|from|onto|still|reach(?:es|"
    r"ed)?|=|entered|go|goes|went|gone|past|than)|[:,=(])"
    r"\s+(?:the\s+|a\s+|an\s+)?$",
    re.IGNORECASE,
)
_OUTCOMES = frozenset(("win", "loss"))
_ENTITY_TYPES = frozenset(
    [
        "client",
        "contact",
        "opportunity",
        "quote",
        "contract",
        "clients",
        "contacts",
        "opportunities",
        "quotes",
        "contracts",
    ]
)


def _stands_as_value(word: str, before: str, after: str) -> bool:
    if word in _ENTITY_TYPES:
        return False
    if word in ("send", "sending"):
        return (
            re.match(r"\s+(?:it|(?:the|that|this) (?:\S+ )?(?:quote|proposal|offer))\b", after, re.IGNORECASE)
            is not None
        )
    if word in ("expire", "expires", "expiring", "expiry"):
        return False
    if word in _OUTCOMES:
        return re.search(r"\bas (?:a |an )?(?:closed )?$", before, re.IGNORECASE) is not None
    if word in ("draft", "drafts", "drafting"):
        return re.match(r"\s+(?:a|an|up|me|us|them|another|new|one|the|out|it)\b", after, re.IGNORECASE) is None
    if word in ("partner", "partners", "vendor", "vendors", "competitor", "competitors"):
        return False
    if word.startswith("proposal"):
        follows = re.match(r"\s+(?:stage|deals?|opportunit)", after, re.IGNORECASE) is not None
        taken = re.match(r"\s+(?:for|on|of|with|worth|at|valid)\b", after, re.IGNORECASE) is not None
        in_stage = (
            re.search(r"\b(?:in|into|stage|reached|entered)\s+(?:the\s+)?$", before, re.IGNORECASE) is not None
        )
        return follows or in_stage or (_VALUE_BEFORE.search(before) is not None and not taken)
    return True
