"""Papers: answers to questions about documents and notes."""

from __future__ import annotations

from collections.abc import Sequence

from atlas.models.offline.calls import Plan
from atlas.models.offline.grammar.papers import PaperQuestion
from atlas.models.offline.grammar.targets import PARENTS
from atlas.models.offline.kinds import INFO, Kind
from atlas.models.offline.memory import Row
from atlas.models.offline.plans.desk import Desk, Saying
from atlas.models.offline.plans.resolve import resolve
from atlas.models.offline.plans.search import by_id, find
from atlas.models.offline.plans.selection import Found, chosen, ordered
from atlas.models.offline.replies import refusal

_BY = {Kind.DOCUMENT: "uploaded_by", Kind.NOTE: "created_by"}
_AT = {Kind.DOCUMENT: "uploaded_at", Kind.NOTE: "created_at"}
_VERB = {Kind.DOCUMENT: "uploaded", Kind.NOTE: "written"}


def read_papers(desk: Desk, question: PaperQuestion) -> Plan[Saying]:
    """The answer to a question about documents or notes."""
    if question.named or question.one is not None:
        return (yield from _about_one(desk, question))
    holder: Row | None = None
    if question.holder is not None:
        found = yield from resolve(desk, question.holder, PARENTS[question.kind])
        if found.row is None:
            return Saying(refusal("", found.problem or "it is not clear which record is meant"), failed=True)
        holder = found.row
        desk.scene.touch(holder)
    rows = yield from _papers(desk, question, holder)
    if question.pick is not None:
        rows = ordered(question.pick, rows)[:1]
    elif question.order is not None:
        rows = ordered(question.order, rows)
    if len(rows) == 1 and question.want in ("who", "when"):
        return _detail(question, rows[0], holder)
    return _told(desk, question, rows, holder)


def _papers(desk: Desk, question: PaperQuestion, holder: Row | None) -> Plan[list[Row]]:
    """The papers on the holder, if there is one, by the author, if there is one."""
    criteria: dict[str, str] = {}
    if holder is not None:
        criteria = {"entity_type": INFO[holder.kind].entity_type, "entity_id": holder.ident}
    rows = yield from find(desk, question.kind, criteria)
    wanted = question.author.casefold()
    return [row for row in rows if not wanted or str(row.get(_BY[question.kind]) or "").casefold() == wanted]


def _about_one(desk: Desk, question: PaperQuestion) -> Plan[Saying]:
    """Who, when, where or what of one paper."""
    rows = yield from find(desk, question.kind, {})
    found = _named(question, rows) if question.named else _spoken_of(desk, question)
    if found.row is None:
        return Saying(
            refusal("", found.problem or f"it is not clear which {question.kind.value} is meant"), failed=True
        )
    row = next((row for row in rows if row.ident == found.rows[0].ident), found.rows[0])
    desk.scene.touch(row)
    if question.want != "where":
        return _detail(question, row, None)
    kind = next((k for k, info in INFO.items() if info.entity_type == row.get("entity_type")), Kind.CLIENT)
    home = yield from by_id(desk, kind, str(row.get("entity_id")))
    return Saying(f"That is on {home.name}." if home is not None else "Its record is gone.", row)


def _named(question: PaperQuestion, rows: Sequence[Row]) -> Found:
    """The paper with that file name, or with that text."""
    same = tuple(row for row in rows if _called(row).casefold() == question.named.casefold())
    return Found(same[-1:], f"there is no {question.kind.value} {question.named!r} in the CRM")


def _called(row: Row) -> str:
    return row.name if row.kind is Kind.DOCUMENT else str(row.get("content"))


def _spoken_of(desk: Desk, question: PaperQuestion) -> Found:
    """The paper that "that file" or "the second one" means."""
    ref = question.one
    if ref is not None and ref.pick is not None and ref.pick.number:
        return chosen(desk, ref, desk.scene.group((question.kind,)))
    recent = desk.scene.latest((question.kind,))
    if len(recent) > 1 and desk.slips("wrong_reference"):
        return Found((recent[1],))
    return Found(tuple(recent[:1]))


def _item(question: PaperQuestion, row: Row) -> str:
    """One paper of a list, with its date when the list is by date."""
    day = f" ({str(row.get(_AT[question.kind]))[:10]})" if question.order is not None else ""
    return f"{_called(row)}{day}" if question.kind is Kind.DOCUMENT else f'"{_called(row)}"{day}'


def _detail(question: PaperQuestion, row: Row, holder: Row | None) -> Saying:
    """One paper and what is asked of it; the text of a note is always told in full."""
    kind = question.kind
    what = f"The file {row.name}" if kind is Kind.DOCUMENT else f'The note "{row.get("content")}"'
    place = f" on {holder.name}" if holder is not None else ""
    by = f" by {row.get(_BY[kind])}" if row.get(_BY[kind]) else ""
    on = f" on {str(row.get(_AT[kind]))[:10]}" if row.get(_AT[kind]) else ""
    if question.want == "who":
        return Saying(f"{what}{place} was {_VERB[kind]}{by}." if by else f"{what} has no author on record.", row)
    if question.want == "when":
        return Saying(f"{what}{place} was {_VERB[kind]}{on}.", row)
    return Saying(f"{what}{place} was {_VERB[kind]}{by}{on}.", row)


def _told(desk: Desk, question: PaperQuestion, rows: list[Row], holder: Row | None) -> Saying:
    """A count or a list of papers."""
    noun, place = question.kind.value, f" on {holder.name}" if holder is not None else ""
    by = f" by {question.author}" if question.author else ""
    if question.want == "count":
        return Saying(f"The number of {noun}s{place}{by} is {len(rows)}.", rows[0] if len(rows) == 1 else None)
    if not rows:
        return Saying(f"There is no {noun}{place}{by}.")
    desk.scene.list_together(rows)
    if desk.slips("fact_left_out") and len(rows) > 1:
        rows = rows[:-1]
    items = [_item(question, row) for row in rows]
    return Saying(f"The {noun}s{place}{by}: {'; '.join(items)}.", rows[0] if len(rows) == 1 else None)
