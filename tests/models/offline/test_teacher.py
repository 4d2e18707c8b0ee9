"""The offline teacher: what it sees in a turn, what it says about it, and how it errs."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from atlas.core.json import JsonObject, JsonValue
from atlas.core.messages import ChatRequest, Completion, Message, Usage
from atlas.core.session import Validation
from atlas.core.state import StateDiff
from atlas.core.tasks import Brief, TaskId
from atlas.core.tools import ToolCall, ToolResult
from atlas.core.trajectory import Step, Turn
from atlas.models.offline import teacher as teacher_module
from atlas.models.offline.evidence import attempt_of
from atlas.models.offline.habits import BY_NAME, addresses, misleads
from atlas.models.offline.mistakes import Mistake, mistakes_in
from atlas.models.offline.teacher import (
    ADVICE,
    FALSE_ALARM,
    FALSE_ALARM_RATE,
    MISS_RATE,
    teach,
)
from atlas.runtime.teacher import ChatTeacher
from tests.worlds import ScriptedModel

INSTRUCTIONS = "You work in a CRM.\n\nToday is 2026-03-02 (Monday)."
DEAL_ID = "0b7c3a52-8f0e-4a1e-9d7c-3f1b2a4c5d6e"
OTHER_ID = "7d9f1c44-2b3a-4c5d-8e6f-9a0b1c2d3e4f"
CLIENT_ID = "c0a8b1d2-3e4f-4a5b-8c6d-7e8f9a0b1c2d"
ALLOWED = "Closed-Lost, Closed-Won, Negotiation, Proposal, Prospecting, Qualification"
ENUM_ERROR = f"Opportunity stage update must be one of: {ALLOWED}."
DATE_ERROR = "Close date must be a valid ISO-8601 date (YYYY-MM-DD)."
CLOSED_ERROR = "Cannot modify closed opportunity fields [amount] while stage is 'Closed-Won'."


def deal(name: str = "Harbor Analytics Renewal", ident: str = DEAL_ID, **more: JsonValue) -> JsonObject:
    columns = {"stage": "Proposal", "amount": 48500.0, "close_date": "2026-05-01", "owner": "Dana Reyes"}
    return {"opportunity_id": ident, "name": name, "client_id": CLIENT_ID} | columns | more


def step(tool: str, result: JsonValue = None, error: str | None = None, **arguments: JsonValue) -> JsonObject:
    return {"tool": tool, "arguments": arguments, "result": result, "error": error}


def found(*rows: JsonObject, name: str = "Harbor Analytics Renewal") -> JsonObject:
    return step("opportunity_search", list(rows or (deal(),)), name=name)


def modified(ident: str = DEAL_ID, error: str | None = None, **values: JsonValue) -> JsonObject:
    row = None if error else deal(ident=ident, **values)
    return step("modify_opportunity", row, error, opportunity_id=ident, **values)


def turn(request: str, reply: str, *steps: JsonObject, earlier: tuple[tuple[str, str], ...] = ()) -> JsonObject:
    return {
        "ask": "validate",
        "instructions": INSTRUCTIONS,
        "earlier": [{"request": said, "reply": answered} for said, answered in earlier],
        "request": request,
        "steps": list(steps),
        "reply": reply,
        "changes": {"inserted": {}, "updated": {}, "deleted": {}},
        "guidance": [],
        "playbook": "",
    }


DONE = "Done: Harbor Analytics Renewal now has the new value."
REFUSED = "I did not change Harbor Analytics Renewal: the tool refused it."
MOVE = "Move Harbor Analytics Renewal to negotiation."
REPRICE = "Set the amount of Harbor Analytics Renewal to 48.5k."
CLOSES = "Set the close date of Harbor Analytics Renewal to April 17, 2026."
NEXT_FRIDAY = "Move the close date of Harbor Analytics Renewal to next Friday."
PUSH = "Push the close date of Harbor Analytics Renewal back by two weeks."
ASK = "What stage is Harbor Analytics Renewal in and what is it worth?"
OPEN = "How many open deals does Northwind have and what do they add up to?"
NEW_DEAL = "Create a new deal Harbor Pilot for Northwind, $48,500, stage proposal."
TWO = "Move Harbor Analytics Renewal to negotiation and set the amount of Harbor Analytics Renewal to $52,000."
CHEAPER = "Set the amount of Harbor Analytics Renewal to $50,000."
TWIN = deal("Harbor Analytics", OTHER_ID)
CLIENT: JsonObject = {
    "client_id": CLIENT_ID,
    "name": "Northwind",
    "email": "info@northwind.com",
    "status": "Active",
}
CREATED = step(
    "create_new_opportunity", deal("Harbor Pilot"), name="Harbor Pilot", client_id=CLIENT_ID, amount=48500.0
)
WITH_CHANCE = step(
    "create_new_opportunity", deal("Harbor Pilot"), name="Harbor Pilot", client_id=CLIENT_ID, probability=50
)
CLIENT_FOUND = step("client_search", [CLIENT], name="Northwind")
CLIENT_MADE = step("create_new_client", CLIENT, name="Northwind", email="info@northwind.com", status="Active")
MIXED = step("opportunity_search", [deal(), deal("Harbor Pilot", OTHER_ID, stage="Closed-Won", amount=1500.0)])
TALK = (
    ("Stage of Ashford Solar Pilot Phase?", "Ashford Solar Pilot Phase: stage Proposal."),
    ("Stage of Harbor Analytics Renewal?", "Harbor Analytics Renewal: stage Proposal."),
)
ASHFORD = step("view_opportunity_details", deal("Ashford Solar Pilot Phase", OTHER_ID), opportunity_id=OTHER_ID)
HARBOR = step("view_opportunity_details", deal(), opportunity_id=DEAL_ID)
LISTED = (("List the quotes on it.", "Quote v1 ($5,000); Quote v2 ($6,000); Quote v3 ($7,000)."),)


def cancelled(version: str) -> JsonObject:
    return step("cancel_quote", {"quote_id": OTHER_ID, "version": version, "amount": 6000.0}, quote_id=OTHER_ID)


# What shows a mistake, and its clean twin.
CASES: list[tuple[Mistake, JsonObject, JsonObject]] = [
    (
        Mistake.SPELLING,
        turn(MOVE, REFUSED, found(), modified(error=ENUM_ERROR, stage="negotiation")),
        turn(MOVE, DONE, found(), modified(error=ENUM_ERROR, stage="negotiation"), modified(stage="Negotiation")),
    ),
    (
        Mistake.SPELLING,
        turn("Mark it as lost.", REFUSED, modified(error=ENUM_ERROR, stage="lost")),
        turn("Move it to legal review.", REFUSED, modified(error=ENUM_ERROR, stage="legal review")),
    ),
    (
        Mistake.INVENTED_ID,
        turn(MOVE, REFUSED, modified("harbor", "Opportunity not found with ID 'harbor'.", stage="Negotiation")),
        turn(MOVE, DONE, found(), modified(stage="Negotiation")),
    ),
    (
        Mistake.INVENTED_ID,
        turn(
            MOVE, REFUSED, modified(OTHER_ID, f"Opportunity not found with ID '{OTHER_ID}'.", stage="Negotiation")
        ),
        turn(f"Move {OTHER_ID}.", REFUSED, modified(OTHER_ID, f"Opportunity not found with ID '{OTHER_ID}'.")),
    ),
    (
        Mistake.WRONG_HIT,
        turn(MOVE, DONE, found(TWIN, deal(), name="Harbor Analytics"), modified(OTHER_ID, stage="Negotiation")),
        turn(MOVE, DONE, found(TWIN, deal(), name="Harbor Analytics"), modified(stage="Negotiation")),
    ),
    (
        Mistake.WRONG_HIT,
        turn(
            ASK, "Harbor Analytics: stage Proposal, amount $48,500.", found(TWIN, deal(), name="Harbor Analytics")
        ),
        turn(ASK, "Harbor Analytics Renewal: stage Proposal, amount $48,500.", found(TWIN, deal(), name="Harbor")),
    ),
    (
        Mistake.DATE_FORM,
        turn(CLOSES, REFUSED, found(), modified(error=DATE_ERROR, close_date="04/17/2026")),
        turn(
            CLOSES,
            DONE,
            found(),
            modified(error=DATE_ERROR, close_date="04/17/2026"),
            modified(close_date="2026-04-17"),
        ),
    ),
    (
        Mistake.DATE_COUNT,
        turn(NEXT_FRIDAY, DONE, found(), modified(close_date="2026-03-05")),
        turn(NEXT_FRIDAY, DONE, found(), modified(close_date="2026-03-06")),
    ),
    (
        Mistake.DATE_COUNT,
        turn(PUSH, DONE, found(), modified(close_date="2026-05-14")),
        turn(PUSH, DONE, found(), modified(close_date="2026-05-15")),
    ),
    (
        Mistake.DATE_COUNT,
        turn("Let it close in three weeks.", DONE, modified(close_date="2026-03-22")),
        turn("Let it close in three weeks.", DONE, modified(close_date="2026-03-23")),
    ),
    (
        Mistake.DATE_COUNT,
        turn("Let it close at the end of March.", DONE, modified(close_date="2026-03-30")),
        turn("Let it close at the end of March.", DONE, modified(close_date="2026-03-31")),
    ),
    (
        Mistake.SCALE,
        turn(REPRICE, DONE, found(), modified(amount=48.5)),
        turn(REPRICE, DONE, found(), modified(amount=48500.0)),
    ),
    (
        Mistake.CURRENCY,
        turn(CHEAPER, REFUSED, found(), modified(error="Opportunity amount must be numeric.", amount="$50,000")),
        turn(CHEAPER, REFUSED, found(), modified(error="Opportunity amount must be numeric.", amount="a lot")),
    ),
    (
        Mistake.DUPLICATE,
        turn(NEW_DEAL, "Done.", CLIENT_MADE, CREATED),
        turn(NEW_DEAL, "Done.", CLIENT_FOUND, CREATED),
    ),
    (
        Mistake.DUPLICATE,
        turn("Add the new client Northwind.", "Done.", CLIENT_FOUND, CLIENT_MADE),
        turn("Add the new client Northwind.", "Done.", step("client_search", [], name="Northwind"), CLIENT_MADE),
    ),
    (
        Mistake.WORKED_AROUND,
        turn(CHEAPER, DONE, found(), modified(error=CLOSED_ERROR, amount=50000.0), modified(notes="Wanted")),
        turn(CHEAPER, REFUSED, found(), modified(error=CLOSED_ERROR, amount=50000.0)),
    ),
    (
        Mistake.WORKED_AROUND,
        turn(
            'Set its stage to "negotiation", character for character.',
            DONE,
            modified(error=ENUM_ERROR, stage="negotiation"),
            modified(stage="Negotiation"),
        ),
        turn(
            'Set its stage to "negotiation", exactly so.', REFUSED, modified(error=ENUM_ERROR, stage="negotiation")
        ),
    ),
    (
        Mistake.CLAIMED,
        turn(CHEAPER, DONE, found(), modified(error=CLOSED_ERROR, amount=50000.0)),
        turn(CHEAPER, DONE, found(), modified(amount=50000.0)),
    ),
    (
        Mistake.CLAIMED,
        turn(CHEAPER, "Done, it has been updated.", found()),
        turn(CHEAPER, "There is no such deal, so nothing was changed.", found()),
    ),
    (
        Mistake.EXTRA_FIELD,
        turn(NEW_DEAL, "Done.", CLIENT_FOUND, WITH_CHANCE),
        turn(f"{NEW_DEAL} Probability 50%.", "Done.", CLIENT_FOUND, WITH_CHANCE),
    ),
    (
        Mistake.STOPPED,
        turn(TWO, DONE, found(), modified(stage="Negotiation")),
        turn(TWO, DONE, found(), modified(stage="Negotiation"), modified(amount=52000.0)),
    ),
    (
        Mistake.LEFT_OUT,
        turn(ASK, "Harbor Analytics Renewal: stage Proposal.", found()),
        turn(ASK, "Harbor Analytics Renewal: stage Proposal, amount $48,500.", found()),
    ),
    (
        Mistake.LEFT_OUT,
        turn("Who owns Harbor Analytics Renewal, and when does it close?", "Its owner is Dana Reyes.", found()),
        turn("Who owns Harbor Analytics Renewal, and when does it close?", "Dana Reyes, on 2026-05-01.", found()),
    ),
    (
        Mistake.LEFT_OUT,
        turn(OPEN, "There are 2."),
        turn(OPEN, "There are 2; the total is $107,600."),
    ),
    (
        Mistake.CLOSED_COUNTED,
        turn(OPEN, "There are 2; the total is $50,000.", MIXED),
        turn(OPEN, "There is 1; the total is $48,500.", MIXED),
    ),
    (
        Mistake.REFERENCE,
        turn("What stage is that deal in?", "Ashford Solar Pilot Phase: stage Proposal.", ASHFORD, earlier=TALK),
        turn("What stage is that deal in?", "Harbor Analytics Renewal: stage Proposal.", HARBOR, earlier=TALK),
    ),
    (
        Mistake.REFERENCE,
        turn("Cancel the second one.", "Done.", cancelled("v1"), earlier=LISTED),
        turn("Cancel the second one.", "Done.", cancelled("v2"), earlier=LISTED),
    ),
    (
        Mistake.NOT_DONE,
        turn(MOVE, "I did not understand the request, so I changed nothing."),
        turn(MOVE, "I changed nothing: there is no such deal.", step("opportunity_search", [], name="Harbor")),
    ),
    (Mistake.NOT_DONE, turn(MOVE, ""), turn(MOVE, DONE, found(), modified(stage="Negotiation"))),
]


def request_of(ask: JsonObject) -> ChatRequest:
    return ChatRequest((Message("system", "Supervise."), Message("user", json.dumps(ask))), json_object=True)


def taught(ask: JsonObject, seed: int) -> JsonObject:
    reply: JsonObject = json.loads(teach(request_of(ask), seed).content)
    return reply


def sharp_seed(ask: JsonObject) -> int:
    """A seed at which the teacher errs about nothing in this turn."""
    mistakes = mistakes_in(attempt_of(ask))
    wanted = "\n".join(ADVICE[mistake] for mistake in mistakes[:2])
    return next(seed for seed in range(100) if taught(ask, seed)["guidance"] == wanted)


@pytest.mark.parametrize(("mistake", "wrong", "right"), CASES, ids=[case[0].name.lower() for case in CASES])
def test_a_mistake_is_seen_and_its_clean_twin_passes(
    mistake: Mistake, wrong: JsonObject, right: JsonObject
) -> None:
    assert mistakes_in(attempt_of(wrong)) == (mistake,)
    assert mistakes_in(attempt_of(right)) == ()
    bad, good = taught(wrong, sharp_seed(wrong)), taught(right, sharp_seed(right))
    assert (bad["valid"], bad["guidance"]) == (False, ADVICE[mistake])
    assert (good["valid"], good["guidance"]) == (True, "")
    assert mistake.value in bad["rationale"].lower()


def test_every_mistake_has_a_case() -> None:
    assert {mistake for mistake, _, _ in CASES} == set(Mistake)


HABIT_OF = {
    Mistake.SPELLING: "enum_case",
    Mistake.INVENTED_ID: "invented_id",
    Mistake.WRONG_HIT: "first_hit",
    Mistake.DATE_FORM: "date_format",
    Mistake.DATE_COUNT: "relative_date",
    Mistake.SCALE: "money_misread",
    Mistake.CURRENCY: "currency_string",
    Mistake.DUPLICATE: "duplicate_record",
    Mistake.WORKED_AROUND: "worked_around",
    Mistake.CLAIMED: "false_success",
    Mistake.EXTRA_FIELD: "extra_field",
    Mistake.LEFT_OUT: "fact_left_out",
    Mistake.STOPPED: "stops_early",
    Mistake.REFERENCE: "wrong_reference",
    Mistake.CLOSED_COUNTED: "filter_ignored",
}


@pytest.mark.parametrize("mistake", Mistake)
def test_advice_addresses_its_habit_and_no_other(mistake: Mistake) -> None:
    line = (ADVICE[mistake],)
    assert [name for name in BY_NAME if addresses(name, line)] == [
        habit for habit in (HABIT_OF.get(mistake),) if habit
    ]
    assert not [name for name in BY_NAME if misleads(name, line)]


def test_every_habit_has_advice() -> None:
    assert set(HABIT_OF.values()) == set(BY_NAME)


def test_a_false_alarm_is_about_no_habit() -> None:
    assert not [name for name in BY_NAME if addresses(name, (FALSE_ALARM,)) or misleads(name, (FALSE_ALARM,))]


def test_advice_is_one_short_line_each() -> None:
    assert all(len(text) <= 150 and "\n" not in text for text in ADVICE.values())


def test_several_mistakes_give_a_line_each() -> None:
    wrong = turn(
        REPRICE, "Done.", step("opportunity_search", [], client_id="harbor"), modified("harbor", amount=48.5)
    )
    reply = taught(wrong, sharp_seed(wrong))
    assert reply["guidance"].splitlines() == [ADVICE[Mistake.INVENTED_ID], ADVICE[Mistake.SCALE]]


def test_equal_requests_give_equal_replies() -> None:
    for _, wrong, right in CASES:
        for ask in (wrong, right):
            assert teach(request_of(ask), 7) == teach(request_of(ask), 7)


def test_a_tenth_of_the_mistakes_is_overlooked() -> None:
    wrong = CASES[0][1]
    missed = sum(taught(wrong, seed)["guidance"] != ADVICE[Mistake.SPELLING] for seed in range(2000))
    assert missed / 2000 == pytest.approx(MISS_RATE, abs=0.02)


def test_what_was_overlooked_once_is_overlooked_again() -> None:
    wrong = CASES[0][1]
    seed = next(seed for seed in range(100) if taught(wrong, seed)["valid"])
    assert taught({**wrong, "guidance": ["Try again."]}, seed)["valid"]


def test_false_alarms_are_rare_and_not_repeated() -> None:
    right = CASES[0][2]
    alarmed = [seed for seed in range(2000) if not taught(right, seed)["valid"]]
    assert len(alarmed) / 2000 == pytest.approx(FALSE_ALARM_RATE, abs=0.012)
    assert taught(right, alarmed[0])["guidance"] == FALSE_ALARM
    assert taught({**right, "guidance": [FALSE_ALARM]}, alarmed[0])["valid"]


@pytest.mark.parametrize(
    ("request_text", "mistake"),
    [
        (REPRICE, Mistake.SCALE),
        (NEXT_FRIDAY, Mistake.DATE_COUNT),
        (OPEN, Mistake.CLOSED_COUNTED),
        ("Cancel the second quote.", Mistake.REFERENCE),
        (CLOSES, Mistake.DATE_FORM),
        (MOVE, Mistake.SPELLING),
        (TWO, Mistake.STOPPED),
        ("Create a deal for Northwind.", Mistake.EXTRA_FIELD),
        ("Who owns it and what is it worth?", Mistake.LEFT_OUT),
    ],
)
def test_guidance_ahead_fits_the_wording(request_text: str, mistake: Mistake) -> None:
    ask = {"ask": "guide", "instructions": INSTRUCTIONS, "earlier": [], "request": request_text, "playbook": ""}
    assert any(ADVICE[mistake] in taught(ask, seed)["guidance"] for seed in range(3))


def test_a_plain_request_needs_no_guidance() -> None:
    ask = {"ask": "guide", "instructions": "", "earlier": [], "request": "thanks!", "playbook": ""}
    assert taught(ask, 0)["guidance"] == ""


@pytest.mark.parametrize("text", ["hello", "[1]", '{"ask": "judge"}', "{}", "{oops"])
def test_anything_else_gets_a_short_plain_reply(text: str) -> None:
    reply = teach(ChatRequest((Message("user", text),)), 0)
    assert reply.role == "assistant"
    assert 0 < len(reply.content) < 120


def test_malformed_arguments_and_cut_results_are_read_over() -> None:
    broken = {"tool": "modify_opportunity", "arguments": "{oops", "result": None, "error": "Not JSON."}
    cut: JsonObject = {
        "tool": "opportunity_search",
        "arguments": {},
        "result": '[{"opportunity... (cut)',
        "error": None,
    }
    assert mistakes_in(attempt_of(turn(MOVE, REFUSED, cut, broken))) == ()


async def test_the_runtime_accepts_what_it_says() -> None:
    seed = sharp_seed(CASES[0][1])
    teacher = ChatTeacher(ScriptedModel(lambda request: teach(request, seed)))
    brief = Brief(TaskId("t"), "crm", "deals", INSTRUCTIONS, (MOVE,))
    call = ToolCall("c1", "modify_opportunity", json.dumps({"opportunity_id": DEAL_ID, "stage": "negotiation"}))
    done = ToolResult("c1", "modify_opportunity", error=ENUM_ERROR)
    steps = (Step(Completion(Message("assistant", "", (call,)), Usage(), "offline"), (done,)),)
    validation = await teacher.validate(brief, (), Turn(1, MOVE, steps, REFUSED, StateDiff()), (), "")
    assert validation == Validation(False, ADVICE[Mistake.SPELLING], f"{Mistake.SPELLING.capitalize()}.")
    assert (await teacher.guide(brief, (), MOVE, "")).valid


def test_the_supervisors_know_nothing_of_the_students_habits() -> None:
    folder = Path(teacher_module.__file__).parent
    for name in ("evidence", "mistakes", "teacher", "planner", "probe", "judge", "reasoning", "synthesizer"):
        imports = re.findall(r"^(?:from|import) (\S+)", (folder / f"{name}.py").read_text(), re.MULTILINE)
        own = {module for module in imports if module.startswith("atlas.models")}
        known = ("draws", "evidence", "mistakes", "planner", "reasoning")
        assert own <= {f"atlas.models.offline.{part}" for part in known}
