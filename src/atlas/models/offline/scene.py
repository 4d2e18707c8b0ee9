"""The scene: the records of a conversation and which of them the talk is about."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from atlas.models.offline.kinds import Kind
from atlas.models.offline.memory import WRITES, Done, PastTurn, Row


@dataclass(frozen=True, slots=True)
class Group:
    """Records that were listed together, in the order they were told."""

    kind: Kind
    idents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Focus:
    """A record that the talk came to; `aside` when it only said where something else belongs."""

    ident: str
    aside: bool = False


class Scene:
    """Records seen, and which of them the talk is about: the latest last."""

    def __init__(self, past: Iterable[PastTurn] = ()) -> None:
        self.rows: dict[str, Row] = {}
        self.focus: list[Focus] = []
        self.groups: list[Group] = []
        self.created: list[str] = []
        for turn in past:
            self._live(turn)

    def learn(self, done: Done) -> None:
        """Take in the result of a call."""
        for row in done.rows:
            known = self.rows.get(row.ident)
            self.rows[row.ident] = Row(row.kind, row.ident, {**known.values, **row.values}) if known else row
        if done.created and done.rows:
            self.created.append(done.rows[0].ident)

    def touch(self, row: Row, *, aside: bool = False) -> None:
        """Make `row` what the talk is about; `aside` when it only says where something else belongs."""
        self.rows.setdefault(row.ident, row)
        self.focus.append(Focus(row.ident, aside))

    def list_together(self, rows: Sequence[Row]) -> None:
        """Remember records listed together."""
        if len(rows) > 1:
            self.groups.append(Group(rows[0].kind, tuple(row.ident for row in rows)))

    def named(self, name: str, kinds: Sequence[Kind]) -> Row | None:
        """The latest known record with exactly this name."""
        wanted = name.casefold()
        found = [row for row in self.rows.values() if row.kind in kinds and row.name.casefold() == wanted]
        return found[-1] if len(found) == 1 else None

    def latest(self, kinds: Sequence[Kind]) -> list[Row]:
        """Records of these kinds that the talk was about, latest first, each once."""
        order = dict.fromkeys(focus.ident for focus in reversed(self.focus))
        return [row for ident in order if (row := self.rows.get(ident)) is not None and row.kind in kinds]

    def subjects(self) -> list[Row]:
        """Records that turns were about, latest first; those only asked about or only named in passing last."""
        idents = [focus.ident for focus in reversed(self.focus) if not focus.aside]
        idents += [focus.ident for focus in reversed(self.focus) if focus.aside]
        return [self.rows[ident] for ident in idents if ident in self.rows]

    def group(self, kinds: Sequence[Kind]) -> list[Row]:
        """The members of the latest group of one of these kinds; any kind when none is given."""
        for group in reversed(self.groups):
            if not kinds or group.kind in kinds:
                return [self.rows[ident] for ident in group.idents if ident in self.rows]
        return []

    def _live(self, turn: PastTurn) -> None:
        for done in turn.calls:
            self.learn(done)
        asked = self._mentioned(turn.request)
        told = self._mentioned(turn.reply)
        shown = [row for done in turn.calls for row in done.rows if not done.wrote]
        listed = [row for row in _told_rows(shown, turn.reply) if row.ident not in {r.ident for r in asked}]
        several = {kind for kind in Kind if sum(row.kind is kind for row in listed) > 1}
        for kind in sorted(several):
            self.list_together([row for row in listed if row.kind is kind])
        if not several:
            self._group_of(shown)
        written = [done.rows[0] for done in turn.calls if done.wrote and done.rows]
        singles = [row for row in listed if row.kind not in several]
        in_order = [*asked, *(row for row in told if row.kind not in several), *sorted(singles, key=_depth)]
        tried = any(done.tool.startswith(WRITES) for done in turn.calls)
        about_quotes = any(row.kind is Kind.QUOTE for row in (*singles, *self._acted_on(turn), *written))
        for row in (*in_order, *self._acted_on(turn), *written):
            self.touch(row, aside=(about_quotes or not tried) and row.kind in (Kind.OPPORTUNITY, Kind.CONTACT))

    def _group_of(self, shown: Sequence[Row]) -> None:
        """What the last search of the turn found, though the reply told only one of it."""
        if shown:
            kind = shown[-1].kind
            self.list_together(list({row.ident: row for row in shown if row.kind is kind}.values()))

    def _acted_on(self, turn: PastTurn) -> Iterator[Row]:
        """Records whose details were looked at, or that a write that failed was for."""
        for done in turn.calls:
            for ident in re.findall(
                r"[0-9a-f]{8}-[0-9a-f-]{27}", done.arguments if not done.tool.endswith("_search") else ""
            ):
                if (row := self.rows.get(ident)) is not None:
                    yield row

    def _mentioned(self, text: str) -> list[Row]:
        """Known records whose names stand in `text`, in order; a longer name hides a shorter one inside it."""
        places: list[tuple[int, Row]] = []
        taken = text
        for row in sorted(self.rows.values(), key=lambda r: -len(r.name)):
            if row.kind in (Kind.QUOTE, Kind.NOTE, Kind.CONTRACT) or row.name not in taken:
                continue
            place = taken.index(row.name)
            places.append((place, row))
            if sum(other.name == row.name for other in self.rows.values()) == 1:
                taken = taken.replace(row.name, "\x00" * len(row.name))
        return [row for _, row in sorted(places, key=lambda pair: (pair[0], _depth(pair[1])))]


def _depth(row: Row) -> int:
    """How far down a record hangs: a client before its deals before their quotes."""
    return (
        (Kind.CLIENT, Kind.CONTACT, Kind.OPPORTUNITY).index(row.kind)
        if row.kind in (Kind.CLIENT, Kind.CONTACT, Kind.OPPORTUNITY)
        else 3
    )


def _told_rows(shown: Sequence[Row], reply: str) -> list[Row]:
    """Records that a reply tells of, in its order: by name, a quote by its version or else its amount."""
    places: dict[str, tuple[int, Row]] = {}
    versions = [row.get("version") for row in shown if row.kind is Kind.QUOTE]
    for row in shown:
        place = _place(row, reply, versions.count(row.get("version")) == 1)
        if place >= 0:
            places.setdefault(row.ident, (place, row))
    return [row for _, row in sorted(places.values(), key=lambda pair: pair[0])]


def _place(row: Row, reply: str, version_is_unique: bool) -> int:
    if row.kind is Kind.NOTE:
        return reply.find(str(row.get("content")))
    if row.kind is not Kind.QUOTE:
        first, rest = re.escape(row.name[:1]), re.escape(row.name[1:])
        found = re.search(rf"(?<!\w)(?i:{first}){rest}(?! \w*[A-Z\d])", reply)
        return found.start() if found else -1
    version = str(row.get("version") or "")
    if version and version_is_unique:
        found = re.search(rf"(?<![\w.]){re.escape(version)}(?![\w.]*\w)", reply, re.IGNORECASE)
        return found.start() if found else -1
    amount = row.get("amount")
    return reply.find(f"{amount:,.0f}") if isinstance(amount, (int, float)) else -1
