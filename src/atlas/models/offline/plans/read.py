"""Reading: questions about one record, about a group, and about what sets two records apart."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from atlas.models.offline.calls import Plan
from atlas.models.offline.grammar.ask import Ask, asked_fields
from atlas.models.offline.grammar.asks import Filters, Pick, Ref
from atlas.models.offline.grammar.questions import group_filters, order_of, question_pick, totals
from atlas.models.offline.kinds import INFO, Kind
from atlas.models.offline.memory import Row
from atlas.models.offline.plans.desk import Desk, Saying
from atlas.models.offline.plans.resolve import resolve
from atlas.models.offline.plans.search import owner_of
from atlas.models.offline.plans.selection import Found, ordered
from atlas.models.offline.replies import facts, line, money, refusal, title


def read(desk: Desk, ask: Ask, last: Saying | None) -> Plan[Saying]:
    """An answer. `last` is what was just done for the same request: "and tell me the new amount" is about that."""
    if (
        "prefix" in ask.text.lower()
        and desk.catalog.tool("quote_prefixes")
        and (ask.target is None or not (ask.target.of or ask.target.name))
    ):
        return (yield from _prefixes(desk))
    target = ask.target
    if last is not None and last.row is not None and (target is None or target.back in ("it", "they")):
        return _told_before(last, _about(desk, last.row, asked_fields(ask, last.row.kind), ask))
    if last is not None and last.failed and (target is None or target.back in ("it", "they")):
        return Saying("")
    kind = _kind(ask, target)
    ref = _with_filters(desk, ask, target or Ref(ask.kinds[:1], plural=True), kind)
    found = yield from resolve(desk, ref, ask.kinds)
    if found.problem and not (ref.plural and not found.rows and ref.of is None):
        return Saying(refusal("", found.problem) if not found.rows else "", failed=True)
    if ref.plural or len(found.rows) > 1:
        return _group(desk, ask, ref, found)
    if found.row is None:
        return _group(desk, ask, ref, found)
    desk.scene.touch(found.row)
    return (yield from _single(desk, ask, ref, found.row))


def _told_before(last: Saying, more: Saying) -> Saying:
    """Nothing more, when the report of the change says it already."""
    told = more.text.partition(": ")[2].rstrip(".").split(", ")
    return replace(more, text="") if all(fact in last.text for fact in told) or len(told) > 3 else more


def _kind(ask: Ask, target: Ref | None) -> Kind:
    if target is not None and target.kinds:
        return target.kinds[0]
    return ask.kinds[0] if ask.kinds else Kind.OPPORTUNITY


def _with_filters(desk: Desk, ask: Ask, ref: Ref, kind: Kind) -> Ref:
    """A group with the conditions that stand outside its noun phrase, and what the question picks of it."""
    part = ref.of is not None and kind in (Kind.QUOTE, Kind.OPPORTUNITY) and not ref.name
    if not (ref.plural or ref.pick or part):
        return ref
    names = tuple(filter(None, (ref.name, ref.of.name if ref.of else "")))
    outer = group_filters(ask.outside if ref.name or ref.of else _outer_text(ask), ask.marked, kind, names)
    own = ref.filters
    is_open = own.is_open if own.is_open is not None else outer.is_open
    filters = Filters(
        values=own.values or outer.values,
        is_open=None if is_open and desk.slips("filter_ignored") else is_open,
        at_least=own.at_least or outer.at_least,
        at_most=own.at_most or outer.at_most,
        exactly=own.exactly,
        strict=own.strict or outer.strict,
        period=outer.period,
        after=outer.after,
        before=outer.before,
        versions=own.versions,
        texts=(*own.texts, *outer.texts),
    )
    order = order_of(ask.text)
    wanted = (
        None if order else ref.pick or question_pick(ask.outside) or _picked_apart(ask) or _next_to_close(ask.text)
    )
    if (
        wanted is not None
        and wanted.column == "close_date"
        and not wanted.highest
        and filters.is_open is None
        and own.is_open is None
    ):
        filters = replace(filters, is_open=True)
    return replace(ref, filters=filters, pick=wanted, plural=ref.plural and wanted is None)


def _picked_apart(ask: Ask) -> Pick | None:
    """ "... and tell me the biggest one"."""
    return next((m.ref.pick for m in ask.found if not m.ref.kinds and m.ref.pick and m.ref.pick.column), None)


def _next_to_close(text: str) -> Pick | None:
    """ "the next open deal with X to close"."""
    found = re.search(r"\bnext\b[^?.]*\bto close\b|\bfirst\b[^?.]*\bto close\b", text, re.IGNORECASE)
    return Pick(column="close_date", highest=False) if found else None


def _outer_text(ask: Ask) -> str:
    """The clause with its names, for conditions such as "owned by X" or "in the X industry"."""
    text = ask.text
    for mention in reversed(ask.found):
        if not mention.tag:
            text = f"{text[: mention.start]} _ {text[mention.end :]}"
    return text


def _single(desk: Desk, ask: Ask, ref: Ref, row: Row) -> Plan[Saying]:
    wants = asked_fields(ask, row.kind)
    if ref.pick is not None and ref.pick.column:
        return _about(desk, row, _with(wants, ref.pick.column, row), ask)
    if row.ident in desk.scene.rows and len(row.values) > 2 and ref.back:
        row = yield from desk.refreshed(row)
    elif len(row.values) <= 2:
        row = yield from desk.refreshed(row)
        if row.get("name") is None and row.get("created_at") is None and len(row.values) <= 2:
            return Saying(refusal("", f"there is no record with the id {row.ident}, it was not found"), failed=True)
    extra = ""
    if "client" in wants and row.kind in (Kind.OPPORTUNITY, Kind.CONTACT):
        client = yield from owner_of(desk, row, Kind.CLIENT)
        extra = f"; the client is {client.name}" if client is not None else ""
    told = _about(desk, row, tuple(name for name in wants if name != "client"), ask)
    return replace(told, text=told.text.rstrip(".") + extra + "." if extra else told.text)


def _with(wants: Sequence[str], column: str, row: Row) -> tuple[str, ...]:
    """Wanted fields plus the one that the pick was by, and a quote's amount."""
    more = [column] if INFO[row.kind].has(column) else []
    more += ["amount"] if row.kind is Kind.QUOTE else []
    return tuple(dict.fromkeys([*wants, *more]))


def _about(desk: Desk, row: Row, wants: Sequence[str], ask: Ask) -> Saying:
    """The wanted fields of one record; its main fields when it is not clear which are wanted."""
    columns = [
        name for name in wants if name != "client" and (INFO[row.kind].has(name) or row.get(name) is not None)
    ]
    if not columns and "client" not in wants:
        columns = [
            field.name
            for field in INFO[row.kind].fields
            if field.name not in ("name", "notes") and row.get(field.name) is not None
        ]
    if desk.slips("fact_left_out") and columns:
        columns = columns[:-1]
    told = facts(row, columns)
    return Saying(f"{title(row)}: {told}." if told else f"That is {row.name}.", row, ask)


def _group(desk: Desk, ask: Ask, ref: Ref, found: Found) -> Saying:
    rows = list(found.rows)
    kind = rows[0].kind if rows else _kind(ask, ref)
    order = order_of(ask.text)
    if order is not None:
        rows = ordered(order, rows)
    desk.scene.list_together(rows)
    wanted = totals(ask.text)
    parts: list[str] = []
    amount = "value" if kind is Kind.CONTRACT else "amount"
    numbers = [row.get(amount) for row in rows]
    total = sum(float(number) for number in numbers if isinstance(number, (int, float)))
    if "gap" in wanted and len(rows) == 2:
        parts.append(_gap(rows, amount))
    if "count" in wanted:
        parts.append(f"there are {len(rows)}" if len(rows) != 1 else "there is 1")
    if "sum" in wanted and INFO[kind].has(amount):
        parts.append(f"the total is {money(total)}")
    if "average" in wanted and rows and INFO[kind].has(amount):
        parts.append(f"the average is {money(round(total / len(rows), 2))}")
    if not parts or ("names" in wanted and "sum" not in wanted and "gap" not in wanted):
        parts.append(_listing(ask, rows, kind, order))
    if desk.slips("fact_left_out") and len(parts) > 1:
        parts = parts[:-1]
    text = "; ".join(parts)
    return Saying(text[:1].upper() + text[1:] + ".", rows[0] if len(rows) == 1 else None, ask)


def _gap(rows: Sequence[Row], amount: str) -> str:
    first, second = (float(row.get(amount) or 0) for row in rows)
    return f"{line(rows[0])} and {line(rows[1])} are {money(abs(first - second))} apart"


def _listing(ask: Ask, rows: Sequence[Row], kind: Kind, order: Pick | None) -> str:
    if not rows:
        return f"there are no such {kind.value}s, none was found"
    wants = [name for name in asked_fields(ask, kind) if name not in ("client", "version") and INFO[kind].has(name)]
    return "; ".join(line(row, wants) for row in rows)


def _prefixes(desk: Desk) -> Plan[Saying]:
    done = yield from desk.call("quote_prefixes", {})
    values = done.value if isinstance(done.value, list) else []
    return Saying(
        f"The quote prefixes are {', '.join(str(v) for v in values)}." if values else "There are no quote prefixes."
    )


def _compared(ask: Ask) -> list[Ref]:
    return [
        m.ref for m in ask.found if m.ref.name or m.ref.of or m.ref.filters.versions or m.ref.plural or m.ref.back
    ]


def compare(desk: Desk, ask: Ask) -> Plan[Saying]:
    """Two records side by side, with the difference of their amounts."""
    versions = tuple(span.said.lower() for span in ask.marked.tags("v", ask.text))
    above = next(
        (
            m.ref.of or m.ref
            for m in ask.found
            if m.ref.of or m.ref.name or (m.ref.back and m.ref.kinds != (Kind.QUOTE,))
        ),
        None,
    )
    if len(versions) > 1 and above is not None:
        refs = [Ref((Kind.QUOTE,), of=above, filters=Filters(versions=versions), plural=True)]
    else:
        refs = _compared(ask)
    rows: list[Row] = []
    for ref in refs:
        found = yield from resolve(desk, ref, ask.kinds)
        rows += [row for row in found.rows if row.ident not in {r.ident for r in rows}]
        if len(rows) >= 2:
            break
    if len(rows) < 2:
        return Saying(refusal("", "I could not find two records to compare"), failed=True)
    kind = rows[0].kind
    tool = desk.catalog.tool("compare_quotes") if kind is Kind.QUOTE else None
    if tool is not None:
        yield from desk.call(tool.name, {"quote_ids": [row.ident for row in rows]})
    desk.scene.list_together(rows)
    columns = [name for name in asked_fields(ask, kind) if INFO[kind].has(name)] or [
        "amount",
        "status" if kind is Kind.QUOTE else "stage",
    ]
    each = "; ".join(f"{title(row)}: {facts(row, columns)}" for row in rows)
    amount = "value" if kind is Kind.CONTRACT else "amount"
    return Saying(f"{each}. {_gap(rows[:2], amount)}.", None, ask)
