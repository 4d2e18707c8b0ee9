"""The scene: what a conversation is about, from its messages alone."""

from __future__ import annotations

from atlas.core.json import dumps
from atlas.core.messages import Message
from atlas.core.tools import ToolCall
from atlas.models.offline.kinds import Kind
from atlas.models.offline.memory import turns
from atlas.models.offline.scene import Scene

CLIENT = {"client_id": "c1", "name": "Northwind Logistics"}
DEAL = {"opportunity_id": "d1", "client_id": "c1", "name": "Cobalt Rollout", "stage": "Proposal"}
OTHER = {"opportunity_id": "d2", "client_id": "c1", "name": "Cobalt Rollout South", "stage": "Proposal"}
V1 = {"quote_id": "q1", "opportunity_id": "d1", "version": "v1", "amount": 9000.0}
V2 = {"quote_id": "q2", "opportunity_id": "d1", "version": "v2", "amount": 12000.0}


def _turn(request: str, tool: str, result: object, reply: str) -> list[Message]:
    call = ToolCall(f"call-{request}", tool, "{}")
    return [
        Message("user", request),
        Message("assistant", "", (call,)),
        Message("tool", dumps(result), tool_call_id=call.id),
        Message("assistant", reply),
    ]


def _scene(*messages: Message) -> Scene:
    return Scene(turns([Message("system", "x"), *messages]))


def test_the_last_record_spoken_of_comes_first() -> None:
    scene = _scene(
        *_turn("Who owns Cobalt Rollout?", "opportunity_search", [DEAL], "Cobalt Rollout: owner A."),
        *_turn("And Cobalt Rollout South?", "opportunity_search", [OTHER], "Cobalt Rollout South: owner B."),
    )
    assert [row.ident for row in scene.latest([Kind.OPPORTUNITY])] == ["d2", "d1"]


def test_a_longer_name_is_not_taken_for_the_shorter_one_inside_it() -> None:
    scene = _scene(*_turn("Cobalt Rollout South?", "opportunity_search", [DEAL, OTHER], "Cobalt Rollout South: B."))
    assert scene.latest([Kind.OPPORTUNITY])[0].ident == "d2"


def test_a_list_is_remembered_in_the_order_it_was_told() -> None:
    scene = _scene(*_turn("All quotes?", "quote_search", [V1, V2], "Quote v2 ($12,000); Quote v1 ($9,000)."))
    assert [row.ident for row in scene.group([Kind.QUOTE])] == ["q2", "q1"]


def test_a_record_is_as_the_last_result_showed_it() -> None:
    later = {**DEAL, "stage": "Negotiation"}
    scene = _scene(
        *_turn("Cobalt Rollout?", "opportunity_search", [DEAL], "Cobalt Rollout."),
        *_turn("Move it.", "modify_opportunity", later, "Done."),
    )
    assert scene.rows["d1"].get("stage") == "Negotiation"


def test_errors_and_broken_results_show_nothing() -> None:
    failed = _turn("Cobalt?", "opportunity_search", {"error": "No."}, "I could not.")
    cut = [
        *failed[:2],
        Message("tool", '[{"opportunity_id": "d1", "na... (cut)', tool_call_id=failed[1].tool_calls[0].id),
    ]
    assert _scene(*failed).rows == {}
    assert _scene(*cut).rows == {}


def test_the_running_turn_is_last_and_has_no_reply() -> None:
    past = turns([*_turn("One?", "client_search", [CLIENT], "Yes."), Message("user", "Two?")])
    assert [(turn.request, turn.reply) for turn in past] == [("One?", "Yes."), ("Two?", "")]
