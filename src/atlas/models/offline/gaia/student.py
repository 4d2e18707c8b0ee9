"""The student among files: calls tools and computes, or writes code, from its messages alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from hashlib import blake2b

from atlas.core.messages import ChatRequest, Message
from atlas.core.tools import ToolCall
from atlas.models.offline.advice import advice_in
from atlas.models.offline.calls import Plan, one, play
from atlas.models.offline.gaia.code import MARK, answering, block, broken, looking
from atlas.models.offline.gaia.compute import compute
from atlas.models.offline.gaia.habits import FileHabits
from atlas.models.offline.gaia.plan import FilePlan, plan_of
from atlas.models.offline.gaia.question import read_question, task_in, wanted_files, wanted_sheets
from atlas.models.offline.gaia.slips import Mood, chosen_tables, said, with_slips
from atlas.models.offline.gaia.tables import Table, tables_in
from atlas.models.offline.memory import turns

_SEEN = re.compile(rf"^{MARK}(.+)$", re.MULTILINE)
_LOST = "I could not find it out from the files.\nFINAL ANSWER: unknown"


def plays_files(request: ChatRequest) -> bool:
    """Whether a request comes from a world of files: by its tools, or by the functions that code may call."""
    if request.tools:
        return {"read_file", "list_files"} <= {spec.name for spec in request.tools}
    return writes_code(request)


def writes_code(request: ChatRequest) -> bool:
    """Whether the reply has to be code, in which files can be read."""
    system = "\n".join(message.content for message in request.messages if message.role == "system")
    return not request.tools and "<code>" in system and "def read_file(" in system


def answer_from_files(request: ChatRequest, habits: FileHabits) -> Message:
    """The next message of a simulated student."""
    return _in_code(request, habits) if writes_code(request) else _with_calls(request, habits)


def _with_calls(request: ChatRequest, habits: FileHabits) -> Message:
    history = turns(request.messages)
    if not history:
        return Message("assistant", _LOST)
    current = history[-1]
    step = play(_solve(_mood(current.request, request, habits)), current.calls)
    if not step.calls:
        return Message("assistant", step.reply)
    made = len(current.calls)
    calls = (
        ToolCall(f"call_{_digest(made + n, call.tool, call.arguments)}", call.tool, call.arguments)
        for n, call in enumerate(step.calls)
    )
    return Message("assistant", "", tuple(calls))


def _solve(mood: Mood) -> Plan[str]:
    """Read the files that the question names, compute, and reply."""
    if not mood.task.files:
        return _LOST
    tables: list[Table] = []
    files = wanted_files(mood.task)
    for file in files:
        done = yield from one("read_file", {"path": file})
        if done.error or not isinstance(done.value, str):
            return f"I could not read {file}: {done.error}\nFINAL ANSWER: unknown"
        tables += tables_in(file, done.value)
    if mood.slips("gives_up"):
        return _LOST
    plan = _planned(tables, mood)
    if plan is None:
        return _LOST
    try:
        answer = compute(plan)
    except (ValueError, LookupError):
        # A slip may leave no rows, or a column without numbers: the student then takes that for the answer.
        answer = "0"
    rows = len(plan.tables[0].rows)
    return f"I read {', '.join(files)} ({rows} rows) and worked it out.\nFINAL ANSWER: {said(answer, mood)}"


def _in_code(request: ChatRequest, habits: FileHabits) -> Message:
    """First code that looks at the files, then code that computes; it mends code that did not run."""
    rest = [message for message in request.messages if message.role != "system"]
    mood = _mood(rest[0].content if rest else "", request, habits)
    written = [message.content for message in rest if message.role == "assistant" and "<code>" in message.content]
    shown = "\n".join(message.content for message in rest[1:] if message.role != "assistant")
    files = wanted_files(mood.task)
    seen = {file: text for file, text in _beginnings(shown) if file in files}
    if any("final_answer(" in text for text in written) or not files or len(written) > 4:
        return _giving_up()
    if not set(files) <= set(seen):
        look = looking(files)
        if not written and mood.slips("syntax_slip"):
            look = broken(look)
        return Message("assistant", block("I look at what the files hold.", look))
    if mood.slips("gives_up"):
        return _giving_up()
    plan = _planned([table for file in files for table in tables_in(file, seen[file])], mood)
    if plan is None:
        return _giving_up()
    code = answering(plan, said("{}", mood))
    return Message("assistant", block("I know the columns now, so I compute the answer.", code))


def _giving_up() -> Message:
    return Message("assistant", block("I cannot find it out.", 'final_answer("unknown")'))


def _beginnings(shown: str) -> list[tuple[str, str]]:
    """What was printed of each file."""
    _, *parts = _SEEN.split(shown)
    return list(zip((name.strip() for name in parts[::2]), parts[1::2], strict=True))


def _planned(tables: Sequence[Table], mood: Mood) -> FilePlan | None:
    """The plan that this student makes; None where it sees no table or does not understand the question."""
    sheets = wanted_sheets(mood.task)
    named = [table for sheet in sheets for table in tables if table.sheet == sheet] or list(tables)
    if not named:
        return None
    reading = read_question(mood.task, named)
    plan = plan_of(reading, named) if reading else None
    if plan is None:
        return None
    return replace(with_slips(plan, mood), tables=tuple(chosen_tables(plan.tables, tables, mood)))


def _mood(asked: str, request: ChatRequest, habits: FileHabits) -> Mood:
    system = "\n".join(message.content for message in request.messages if message.role == "system")
    return Mood(habits.drawn_by(request.seed), task_in(asked), advice_in(system))


def _digest(number: int, tool: str, arguments: str) -> str:
    return blake2b(f"{number}/{tool}/{arguments}".encode(), digest_size=8).hexdigest()
