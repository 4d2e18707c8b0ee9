"""Both repositories are one CRM: the same random calls give the same results, errors and states."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from atlas.core.protocols import Mark
from atlas.core.tools import ToolCall, ToolResult
from atlas.environments.crm.entities import Email, Entity, FileName, Percent, Quote, Url
from atlas.environments.crm.environment import CrmEnvironment
from atlas.environments.crm.rules import may_change
from atlas.environments.crm.schema import ENTITY_OF_ID, Column, table_of
from atlas.environments.crm.tools import TOOLS
from atlas.environments.crm.tools.arguments import (
    Argument,
    ChangesArgument,
    ColumnArgument,
    IdsArgument,
    SearchArgument,
)
from atlas.environments.crm.world import CrmWorld
from tests.environments.crm.samples import CONTENT, NOBODY, SETUP, made

EXAMPLES = int(os.environ.get("CRM_PARITY_EXAMPLES", "120"))
STEPS = 40
KNOWN_IDS = [key for rows in CONTENT.values() for key in rows]
TEXTS = [
    *(
        "Northwind",
        "northwind logistics",
        "a",
        "%",
        "_",
        "100%",
        "Ä",
        "ä",
        "ÄRGER",
        "ß",
        "SS",
        "İstanbul",
        "ΣΑΣ",
        "σας",
        "K",
    ),
    *(
        "'; DROP TABLE clients; --",
        "\\",
        "$1",
        "{}",
        "\u202e",
        "😀",
        "e\u0301",
        "\ufeff",
        " padded ",
        "\u3000",
        "x" * 300,
    ),
]
ODD: list[Any] = [
    None,
    "",
    " ",
    "a\x00b",
    0,
    5,
    -1,
    0.5,
    True,
    False,
    [],
    ["a"],
    {},
    {"a": 1},
    2**63,
    -(10**30),
    1e308,
    "5",
]

anything_like_an_id = st.one_of(
    st.sampled_from(KNOWN_IDS),
    st.integers(1, 6).map(made),
    st.sampled_from([NOBODY, KNOWN_IDS[0].replace("-", ""), f"{{{KNOWN_IDS[0]}}}", "1", "acme", "", "é", "a\x00"]),
)
text = st.one_of(st.sampled_from(TEXTS), st.text(st.characters(codec="utf-8"), max_size=8))
numbers = st.one_of(
    st.sampled_from(
        [1, 48500, 48500.0, 0.005, 0.004, 1200.5, 10_000_000, 10_000_000.004, 1e-7, 50, 60.0, 99, 100, 2.675]
    ),
    st.floats(-1, 2e7),
)
days = st.one_of(
    st.dates(date(2026, 2, 1), date(2026, 4, 30)).map(str),
    st.sampled_from(["2026-03-02", "2026-03-01", "0001-01-01", "9999-12-31", "2026-02-30", "2026", "03/02/2026"]),
)
moments = st.sampled_from(
    [
        "2026-03-02",
        "2026-03-02T09:00:00Z",
        "2026-03-02T09:00:00.9+14:00",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59",
    ]
)
emails = st.sampled_from(
    [
        "office@northwind.com",
        "OFFICE@NORTHWIND.COM",
        "a@b.de",
        "A@b.de",
        "Jürgen@x.de",
        "JÜRGEN@x.de",
        "a@b",
        "ı@x.com",
        "I@x.com",
    ]
)
files = st.sampled_from(["a.pdf", "a.PDF", "a.exe", "a", ".pdf", "a b.pdf", "ä.pdf", "a\n.pdf"])
urls = st.sampled_from(["https://example.com/ä?b=%20", "http://x", "x", "https://", "HTTP://X"])
GOOD: dict[object, st.SearchStrategy[Any]] = {
    str: st.sampled_from(["Northwind", "Ä", "100% _", "'; --", "\\", "😀 e\u0301", " padded ", "İ", "ΣΑΣ"]),
    Email: st.sampled_from(["a@b.de", "A@b.de", "Jürgen@x.de", "JÜRGEN@x.de", "c@d.org", "I@x.com"]),
    Url: st.sampled_from(["https://example.com/ä?b=%20", "http://x"]),
    FileName: st.sampled_from(["a.pdf", "a.PDF", "b.key"]),
    Decimal: st.sampled_from([1, 48500, 0.005, 1200.5, 10_000_000, 2.675]),
    Percent: st.sampled_from([1, 50, 60.0, 99]),
    date: st.dates(date(2026, 3, 2), date(2026, 4, 30)).map(str),
    datetime: st.sampled_from(["2026-03-02", "2026-03-02T09:00:00Z", "2026-03-02T09:00:00.9+14:00"]),
}
WILD: dict[object, st.SearchStrategy[Any]] = {
    str: text,
    Email: emails,
    Url: urls,
    FileName: files,
    Decimal: numbers,
    Percent: numbers,
    date: days,
    datetime: moments,
    tuple[str, ...]: st.sampled_from([["Ann", "Bo"], ["Bo", "Ann"], ["Ann"], [], [None]]),
}


def ids(kind: type[Entity] | None) -> st.SearchStrategy[str]:
    """Ids of records of that kind; of any kind where none is given."""
    own = KNOWN_IDS if kind is None else list(CONTENT[table_of(kind).name])
    return st.one_of(st.sampled_from(own), st.sampled_from(own).map(str.upper), st.integers(1, 3).map(made))


def values(column: Column, wild: bool) -> st.SearchStrategy[Any]:
    """Values that suit a column; when `wild` also such that only look like it, and now and then anything."""
    if column.options is not None:
        names = [str(option) for option in column.options]
        slips = [names[0].lower(), names[0][:3], f" {names[0]}", "Unknown"] if wild else []
        fitting: st.SearchStrategy[Any] = st.sampled_from([*names, *slips])
    elif column.is_id:
        fitting = anything_like_an_id if wild else ids(ENTITY_OF_ID.get(column.holds))
    else:
        fitting = (WILD if wild else GOOD | {tuple[str, ...]: WILD[tuple[str, ...]]})[column.holds]
    return st.integers(0, 7).flatmap(lambda die: st.sampled_from(ODD) if wild and die == 0 else fitting)


def some_columns(columns: list[Column], largest: int, wild: bool) -> st.SearchStrategy[dict[str, Any]]:
    chosen = st.lists(st.sampled_from(columns), max_size=largest, unique_by=lambda column: column.name)
    return chosen.flatmap(lambda few: st.fixed_dictionaries({column.name: values(column, wild) for column in few}))


def given_for(argument: Argument, wild: bool) -> st.SearchStrategy[dict[str, Any]]:
    """What an agent may send for one parameter, an empty object where it sends nothing."""
    match argument:
        case ColumnArgument(column=column) if argument.required:
            return st.fixed_dictionaries({column.name: values(column, wild)})
        case ColumnArgument(column=column):
            return st.fixed_dictionaries({}, optional={column.name: values(column, wild)})
        case IdsArgument():
            return st.fixed_dictionaries({argument.name: st.lists(ids(Quote), max_size=3)})
        case ChangesArgument():
            return fields_of(argument.kind, "updates", wild, changeable=not wild)
        case SearchArgument():
            return fields_of(argument.kind, "criteria", wild, changeable=False)
    raise AssertionError(argument)


def fields_of(kind: type[Entity], whole: str, wild: bool, changeable: bool) -> st.SearchStrategy[dict[str, Any]]:
    """Columns one by one, and some more as one object."""
    columns = [column for column in table_of(kind).columns.values() if may_change(column) or not changeable]
    loose, together = some_columns(columns, 2, wild), some_columns(columns, 2, wild)
    return st.tuples(loose, st.fixed_dictionaries({}, optional={whole: together})).map(
        lambda two: {**two[0], **two[1]}
    )


def arguments_of(name: str, wild: bool) -> st.SearchStrategy[dict[str, Any]]:
    parts = st.tuples(*(given_for(argument, wild) for argument in TOOLS[name].arguments))
    return parts.map(lambda found: {key: value for part in found for key, value in part.items()})


calls = st.tuples(st.sampled_from(sorted(TOOLS)), st.sampled_from([False, False, True])).flatmap(
    lambda chosen: st.tuples(st.just(chosen[0]), arguments_of(*chosen))
)
EXTRAS = ["kwargs", "document_url", "client_id", "name", "size"]
nuisances = st.sampled_from(
    [("", ""), ("nan", ""), ("drop", ""), *[("extra", name) for name in EXTRAS], *[("", "")] * 30]
)
"""What is wrong with a call as a whole, most of the time nothing."""

NO_TOOLS = [
    *("commit", "_truncate_tables", "close", "insert", "begin", "__class__", "__init__", "snapshot"),
    *("List_clients", " list_clients", "list_clients ", "list_clients()", "", "é", "a\x00b", "x" * 5000),
]
NO_ARGUMENTS = [
    *("{", "}", "[]", "null", "1", '"text"', "{'name': 'x'}", '{"a": 1,}', '{"a": 1}{"b": 2}', "{} {}", "\ufeff{}"),
    *('{"amount": NaN}', '{"amount": Infinity}', '{"amount": 1e999}', '{"name": "\\ud800"}', '{"a": "\x00"}'),
    *('{"a":' * 3000, "[" * 100_000, "// {}"),
    '{"content": "' + "x" * 10_000_000 + '"}',
]


@dataclass
class Pair:
    """The two environments, and one loop for both."""

    memory: CrmEnvironment
    postgres: CrmEnvironment
    runner: asyncio.Runner
    calls: int = 0
    refused: int = 0
    tools: set[str] = field(default_factory=set)


class Parity(RuleBasedStateMachine):
    """Every step is done in both worlds, and everything either says is compared."""

    pair: ClassVar[Pair]

    @initialize()
    def open(self) -> None:
        self.stack = AsyncExitStack()
        self.marks: list[tuple[Mark, Mark]] = []
        self.sessions: list[tuple[AsyncExitStack, int]] = []
        self.memory, self.postgres = self.run(self.open_both())

    async def open_both(self) -> tuple[CrmWorld, CrmWorld]:
        return (
            await self.stack.enter_async_context(self.pair.memory.open(SETUP)),
            await self.stack.enter_async_context(self.pair.postgres.open(SETUP)),
        )

    def run(self, work: Any) -> Any:
        return self.pair.runner.run(work)

    @rule(call=calls, nuisance=nuisances)
    def call(self, call: tuple[str, dict[str, Any]], nuisance: tuple[str, str]) -> None:
        name, arguments = call
        kind, extra = nuisance
        if kind == "extra":
            arguments = {**arguments, extra: "x"}
        elif kind == "drop":
            arguments = dict(list(arguments.items())[1:])
        elif kind == "nan":
            arguments = {**arguments, "amount": float("nan")}
        result = self.in_both(ToolCall("c", name, json.dumps(arguments)))
        self.pair.calls += 1
        self.pair.refused += not result.ok
        self.pair.tools |= {name} if result.ok else set()

    @rule(name=st.sampled_from(NO_TOOLS))
    def call_what_is_no_tool(self, name: str) -> None:
        assert not self.in_both(ToolCall("c", name, "{}")).ok

    @rule(name=st.sampled_from(sorted(TOOLS)), number=st.integers(0, len(NO_ARGUMENTS) - 1))
    def send_what_are_no_arguments(self, name: str, number: int) -> None:
        assert not self.in_both(ToolCall("c", name, NO_ARGUMENTS[number])).ok

    def in_both(self, call: ToolCall) -> ToolResult:
        one, other = self.run(self.memory.call(call)), self.run(self.postgres.call(call))
        assert one == other
        assert json.dumps(one.value) == json.dumps(other.value), "down to the order of keys"
        result: ToolResult = one
        return result

    @rule()
    def mark(self) -> None:
        self.marks.append((self.run(self.memory.mark()), self.run(self.postgres.mark())))

    @precondition(lambda self: len(self.marks) > self.start)
    @rule(data=st.data())
    def rollback(self, data: st.DataObject) -> None:
        number = data.draw(st.integers(self.start, len(self.marks) - 1))
        one, other = self.marks[number]
        self.run(self.memory.rollback_to(one))
        self.run(self.postgres.rollback_to(other))
        del self.marks[number + 1 :]

    @property
    def start(self) -> int:
        """How many marks were there when the innermost session began."""
        return self.sessions[-1][1] if self.sessions else 0

    @rule()
    def begin_session(self) -> None:
        stack = AsyncExitStack()
        for world in (self.memory, self.postgres):
            self.run(stack.enter_async_context(world.begin_session()))
        self.sessions.append((stack, len(self.marks)))

    @rule()
    def rollback_session(self) -> None:
        for world in (self.memory, self.postgres):
            self.run(world.rollback_session())
        del self.marks[self.start :]

    @precondition(lambda self: self.sessions)
    @rule()
    def leave_session(self) -> None:
        del self.marks[self.start :]
        self.run(self.sessions.pop()[0].aclose())

    @invariant()
    def same_state(self) -> None:
        one, other = self.run(self.memory.snapshot()), self.run(self.postgres.snapshot())
        assert one == other
        assert [list(rows) for rows in one.values()] == [list(rows) for rows in other.values()]

    def teardown(self) -> None:
        while self.sessions:
            self.leave_session()
        self.run(self.stack.aclose())


@pytest.fixture
def pair(crm_url: str) -> Iterator[Pair]:
    with asyncio.Runner() as runner:
        postgres = CrmEnvironment.postgres(crm_url, size=1)
        yield Pair(CrmEnvironment.memory(), postgres, runner)
        runner.run(postgres.close())


def test_parity(pair: Pair) -> None:
    Parity.pair = pair
    run_state_machine_as_test(
        Parity,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert len(pair.tools) > 30, "most tools went well at least once"
    assert 0.2 < pair.refused / pair.calls < 0.8, "good calls and bad ones"
