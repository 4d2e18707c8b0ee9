"""Evidence: what a supervisor is asked with, read as turns and calls, and what the words in it mean."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache

from atlas.core.json import JsonObject, JsonValue, loads_object
from atlas.core.messages import ChatRequest

CREATES = ("create_", "clone_", "upload_", "add_", "ensure_")
WRITES = (*CREATES, "modify_", "cancel_", "delete_")
DATE_COLUMNS = ("close_date", "valid_until", "start_date", "end_date")
MONEY_COLUMNS = ("amount", "value")
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)

_KEYS = (
    "note_id",
    "document_id",
    "quote_id",
    "contract_id",
    "contact_id",
    "opportunity_id",
    "company_id",
    "client_id",
)
_MONTH_NAMES = "january february march april may june july august september october november december"
_DAY_NAMES = "monday tuesday wednesday thursday friday saturday sunday"
_NUMBER_WORDS = "zero one two three four five six seven eight nine ten eleven twelve"
_MONTHS, _DAYS, _WORDS = _MONTH_NAMES.split(), _DAY_NAMES.split(), _NUMBER_WORDS.split()
_MONTH = (
    r"jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    + (r"nov(?:ember)?|dec(?:ember)?")
)
EXPLICIT_DATE = re.compile(
    rf"\b\d{{4}}-\d\d-\d\d\b|\b\d{{1,2}}[/.]\d{{1,2}}[/.]\d{{2,4}}\b|\b(?:{_MONTH})\.? \d{{1,2}}(?:st|nd|rd|th)?\b|"
    rf"\b\d{{1,2}}(?:st|nd|rd|th)? (?:of )?(?:{_MONTH})\b",
    re.IGNORECASE,
)
_SPAN = re.compile(
    rf"(?P<ahead>\bin |\bwithin )?\b(?P<n>\d+|an?|{'|'.join(_WORDS[1:])})\s+(?:more |extra |additional |full )?"
    r"(?P<unit>days?|weeks?|months?)\b(?P<behind> from (?:now|today))?",
    re.IGNORECASE,
)
_WEEKDAY = re.compile(rf"\b(?:next|this|coming|on) ({'|'.join(_DAYS)})\b", re.IGNORECASE)
_END_OF = re.compile(
    rf"\b(?:end|last day) of (?:the |this )?(?P<what>next month|month|year|{_MONTH})\b", re.IGNORECASE
)
_NEAR = re.compile(r"\b(today|tomorrow)\b", re.IGNORECASE)
RELATIVE_DATE = re.compile(
    "|".join(f"(?:{p.pattern.replace('?P<', '?P<r')})" for p in (_SPAN, _WEEKDAY, _END_OF, _NEAR)), re.IGNORECASE
)
_SCALED = re.compile(
    r"(?<![\w.])(?P<digits>\d[\d,]*(?:\.\d+)?)\s?(?P<scale>k|m|mn|million|thousand|grand)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Row:
    """One record as a result shows it. `key` names its kind, such as "quote_id"."""

    key: str
    ident: str
    values: JsonObject

    @property
    def name(self) -> str:
        """What people call it, "" when it has no name."""
        first, last = self.values.get("first_name"), self.values.get("last_name")
        return f"{first or ''} {last or ''}".strip() if first or last else str(self.values.get("name") or "")


@dataclass(frozen=True, slots=True)
class Call:
    """One tool call: `values` are its arguments laid flat, empty when they were no JSON object."""

    tool: str
    values: JsonObject
    rows: tuple[Row, ...]
    result: JsonValue
    error: str

    @property
    def writes(self) -> bool:
        return self.tool.startswith(WRITES)

    @property
    def wrote(self) -> bool:
        return self.writes and not self.error

    @property
    def made(self) -> Row | None:
        """The record that the call created."""
        return self.rows[0] if self.wrote and self.tool.startswith(CREATES) and self.rows else None

    def ids(self) -> Iterator[tuple[str, str]]:
        """Every id that was passed, with the name of its argument."""
        for name, value in self.values.items():
            for one in value if isinstance(value, list) and name.endswith("_ids") else (value,):
                if name.endswith(("_id", "_ids")) and isinstance(one, str):
                    yield name, one


@dataclass(frozen=True, slots=True)
class Turn:
    """One request and all that was done about it. `earlier` are the messages before it, requests and replies."""

    request: str
    calls: tuple[Call, ...]
    reply: str
    today: date | None = None
    earlier: tuple[str, ...] = ()
    before: JsonObject = field(default_factory=dict)
    """record id -> column -> what it held before this turn, as far as it was shown."""

    def later(self, call: Call) -> tuple[Call, ...]:
        """The calls after `call`."""
        place = next(index for index, one in enumerate(self.calls) if one is call)
        return self.calls[place + 1 :]

    def mentions(self, text: str) -> bool:
        """Whether the user or an earlier reply said this, in any case."""
        return any(text.casefold() in said.casefold() for said in (self.request, *self.earlier))


def asked(request: ChatRequest) -> JsonObject | None:
    """The JSON object with an "ask" of the first user message that is one."""
    for message in request.messages:
        if message.role == "user":
            try:
                found = loads_object(message.content)
            except ValueError:
                continue
            if "ask" in found:
                return found
    return None


def attempt_of(ask: JsonObject) -> Turn:
    """The attempt that a teacher is asked about."""
    earlier = tuple(past[side] for past in ask.get("earlier", ()) for side in ("request", "reply"))
    changes = ask.get("changes", {})
    before = {
        ident: {name: change.get("before") for name, change in columns.items()}
        for rows in changes.get("updated", {}).values()
        for ident, columns in rows.items()
    }
    return _turn(ask, today_in(ask.get("instructions", "")), earlier, before)


def turns_of(ask: JsonObject) -> tuple[Turn, ...]:
    """The conversation that a judge is asked about, each turn with what was said before it."""
    today = today_in(ask.get("instructions", ""))
    said: tuple[str, ...] = ()
    found: list[Turn] = []
    for told in ask.get("turns", ()):
        found.append(_turn(told, today, said, {}))
        said = (*said, told["request"], told["reply"])
    return tuple(found)


def _turn(told: JsonObject, today: date | None, earlier: tuple[str, ...], before: JsonObject) -> Turn:
    calls = tuple(call_of(step) for step in told.get("steps", ()))
    shown = {**before}
    for call in calls:
        for row in () if call.writes else call.rows:
            shown.setdefault(row.ident, row.values)
    return Turn(told["request"], calls, told.get("reply", ""), today, earlier, shown)


def call_of(step: JsonObject) -> Call:
    """A line of a transcript; texts that were cut to fit are no objects and count as nothing."""
    given = step.get("arguments")
    values: JsonObject = {}
    for name, value in (given if isinstance(given, dict) else {}).items():
        values |= value if name in ("updates", "criteria") and isinstance(value, dict) else {name: value}
    result = step.get("result")
    return Call(step["tool"], values, tuple(_rows(result)), result, step.get("error") or "")


def _rows(value: JsonValue) -> Iterator[Row]:
    if isinstance(value, list):
        for item in value:
            yield from _rows(item)
    elif isinstance(value, dict):
        key = next((key for key in _KEYS if key in value), None)
        if key is not None:
            yield Row(key, str(value[key]), value)
        else:
            for item in value.values():
                yield from _rows(item) if isinstance(item, (dict, list)) else ()


def today_in(instructions: str) -> date | None:
    """Today's date as the standing instructions state it."""
    found = re.search(r"\bToday is (\d{4}-\d\d-\d\d)", instructions)
    return date.fromisoformat(found[1]) if found else None


def plain(value: object) -> str:
    """Lower case, words separated by one blank: "Closed-Won" as "closed won"."""
    return re.sub(r"[^\w]+", " ", str(value).lower()).strip()


@lru_cache(maxsize=4096)
def _mention(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?i:{re.escape(name)})(?!\w)(?! (?:[A-Z]\w*|\d{{4}}\b))")


def names(text: str, name: str) -> bool:
    """Whether `name` stands in the text as a whole name, not as the start of a longer one."""
    return bool(name) and _mention(name).search(text) is not None


def scaled_amounts(text: str) -> list[tuple[float, float]]:
    """Amounts in short form, as the bare number and as the amount meant: "48.5k" as (48.5, 48500.0)."""
    found = []
    for match in _SCALED.finditer(text):
        number = float(match["digits"].replace(",", ""))
        found.append(
            (number, number * (1000 if match["scale"].lower() in ("k", "thousand", "grand") else 1_000_000))
        )
    return found


def day_in(value: object) -> date | None:
    """The day that a text means which is nothing but a date, in ISO form or month first."""
    text = str(value)
    if found := re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", text):
        parts = (int(found[1]), int(found[2]), int(found[3]))
    elif found := re.fullmatch(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})", text):
        parts = (int(found[3]), int(found[1]), int(found[2]))
    else:
        return None
    try:
        return date(*parts)
    except ValueError:
        return None


def days_meant(request: str, today: date, present: date | None) -> set[date]:
    """Every day that the relative dates in a request can mean.

    `present` is the date as it is now, for "two weeks later". Empty when the request has no such words, or when
    what they count from is not known.
    """
    found = {day for match in _SPAN.finditer(request) for day in _span(match, request, today, present)}
    for match in _WEEKDAY.finditer(request):
        ahead = (_DAYS.index(match[1].lower()) - today.weekday() - 1) % 7 + 1
        found |= {
            today + timedelta(days=ahead),
            today + timedelta(days=ahead + 7),
            today + timedelta(days=ahead - 7),
        }
    for match in _END_OF.finditer(request):
        found |= _ends(match["what"].lower(), today)
    for match in _NEAR.finditer(request):
        found.add(today + timedelta(days=match[1].lower() == "tomorrow"))
    return found


def _span(match: re.Match[str], request: str, today: date, present: date | None) -> Iterator[date]:
    word = match["n"].lower()
    number = int(word) if word.isdigit() else 1 if word in ("a", "an") else _WORDS.index(word)
    back = re.search(r"\b(?:earlier|sooner|forward|ahead|pull)\b", request, re.IGNORECASE) is not None
    start = today if match["ahead"] or match["behind"] else present
    if start is not None:
        yield _moved(start, -number if back and start is present else number, match["unit"].lower())


def _moved(start: date, number: int, unit: str) -> date:
    if unit.startswith("month"):
        year, month = divmod(start.year * 12 + start.month - 1 + number, 12)
        return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))
    return start + timedelta(days=number * (7 if unit.startswith("week") else 1))


def _ends(what: str, today: date) -> set[date]:
    if what == "year":
        return {date(today.year, 12, 31)}
    if what.endswith("month"):
        first = _moved(today.replace(day=1), what == "next month", "month")
        return {first.replace(day=monthrange(first.year, first.month)[1])}
    month = next(number for number, name in enumerate(_MONTHS, start=1) if name.startswith(what[:3]))
    return {date(year, month, monthrange(year, month)[1]) for year in range(today.year, today.year + 3)}


def listed(reply: str) -> Sequence[str]:
    """The items of a reply that lists records, in order; empty when it lists none."""
    items = [item for item in re.split(r";|\n", reply) if item.strip()]
    return items if len(items) > 1 else ()
