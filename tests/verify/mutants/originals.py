"""A conversation as the oracle played it, small enough to count its mutants by hand."""

from __future__ import annotations

from atlas.core.json import JsonObject
from atlas.core.state import Change, StateDiff
from atlas.core.tasks import Brief, Fact, Setup, Target, Task, TaskId, TurnTarget
from atlas.core.tools import ToolSpec
from atlas.core.trajectory import Step, Trajectory, Turn
from atlas.verify.mutants.script import Original
from tests.verify.plays import NOTHING, called, turn

D1, D2, D3 = (f"{n}0000000-0000-4000-8000-000000000000" for n in (1, 2, 3))
WORLD: JsonObject = {
    "deals": {
        D1: {"deal_id": D1, "name": "Harbor Renewal", "stage": "Proposal", "owner": "Dana Reed"},
        D2: {"deal_id": D2, "name": "Harbor Renewal 2026", "stage": "Negotiation", "owner": "Omar Lind"},
    },
    "people": {"p1": {"person_id": "p1", "first_name": "Ada", "last_name": "Moss"}},
}
STAGES = ["Proposal", "Negotiation", "Closed-Won"]


def spec(tool: str, properties: JsonObject, *required: str, writes: bool = True) -> ToolSpec:
    parameters = {"type": "object", "properties": properties, "required": list(required)}
    return ToolSpec(tool, tool, parameters, writes)


ID = {"type": "string", "format": "uuid"}
AMOUNT = {"type": "number", "maximum": 1_000_000}
CHANGEABLE = {
    "deal_id": ID,
    "stage": {"type": "string", "enum": STAGES},
    "amount": AMOUNT,
    "close": {"type": "string", "format": "date"},
    "odds": {"type": "integer", "minimum": 1, "maximum": 99},
}
SPECS = (
    spec("find", {"name": {"type": "string"}}, writes=False),
    spec("modify_deal", CHANGEABLE, "deal_id"),
    spec("create_deal", {"name": {"type": "string"}, "amount": AMOUNT}, "name", "amount"),
    spec("delete_deal", {"deal_id": ID}, "deal_id"),
)
MOVED = StateDiff(updated={"deals": {D1: {"stage": Change("Proposal", "Negotiation")}}})
CREATED = StateDiff(inserted={"deals": {D3: {"deal_id": D3, "name": "Pilot", "amount": 1500.0}}})


def right(number: int, target: TurnTarget, *steps: Step, changes: StateDiff = NOTHING) -> Turn:
    played = turn(target.reply, *steps, changes=changes)
    return Turn(number, "please", played.steps, target.reply, changes)


LOOKED = TurnTarget(
    facts=(Fact("money", "48500.00"), Fact("name", "Dana Reed"), Fact("date", "2026-04-17"), Fact("number", "2")),
    reply="Dana Reed owns it: $48,500 in 2 quotes, closing April 17, 2026.",
)
MADE = TurnTarget(reply="Harbor Renewal is now in Negotiation at $48,500.")
REFUSED = TurnTarget(refusal="too_much", refusal_facts=(Fact("text", "limit"),), reply="That is above the limit.")
NEW = TurnTarget(reply="Pilot has been created.")


def original(*turns: tuple[TurnTarget, Turn], changes: StateDiff = NOTHING) -> Original:
    """The conversation of these turns, which together made `changes`."""
    targets = tuple(target for target, _ in turns)
    task_id = TaskId("task-1")
    brief = Brief(task_id, "crm", "deals", "Today is 2026-03-02.", tuple("please" for _ in turns))
    setup = Setup("2026-03-02T09:00:00+00:00", "seed", WORLD)
    trajectory = Trajectory(task_id, "oracle", tuple(played for _, played in turns), changes)
    task = Task(brief, setup, Target(targets, changes, WORLD))
    return Original(task, trajectory, {tool.name: tool for tool in SPECS})


FIND = called("find", {"name": "Harbor Renewal"}, [{"deal_id": D1}])
MOVE = called("modify_deal", {"deal_id": D1, "stage": "Negotiation", "amount": 48500.0}, {"deal_id": D1})
CREATE = called("create_deal", {"name": "Pilot", "amount": 1500.0}, {"deal_id": D3})
TOO_MUCH = called("modify_deal", {"deal_id": D1, "amount": 9_000_000.0}, error="too much")

LOOK = (LOOKED, right(1, LOOKED, FIND))
CHANGE = (MADE, right(1, MADE, FIND, MOVE, changes=MOVED))
REFUSAL = (REFUSED, right(1, REFUSED, TOO_MUCH))
CREATION = (NEW, right(1, NEW, CREATE, changes=CREATED))
