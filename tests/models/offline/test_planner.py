"""The offline planner: where a request is parted, and when a plan has lost something."""

from __future__ import annotations

import pytest

from atlas.models.offline.planner import plan, review


@pytest.mark.parametrize(
    ("request_text", "steps"),
    [
        ("Who owns Cobalt Rollout?", ["Who owns Cobalt Rollout?"]),
        (
            "Move Cobalt Rollout to Proposal and then tell me its amount.",
            ["Move Cobalt Rollout to Proposal", "Tell me its amount."],
        ),
        (
            "Change its probability to 65%, please. Also tell me its amount.",
            ["Change its probability to 65%, please.", "Tell me its amount."],
        ),
        ("I met Umar today. Please add a contact.", ["I met Umar today. Please add a contact."]),
        ("Fine, then delete the v2 quote on Oakridge.", ["Fine, then delete the v2 quote on Oakridge."]),
        ('Add a note "call Ann and then Bob" to Cobalt.', ['Add a note "call Ann and then Bob" to Cobalt.']),
        ("", [""]),
    ],
)
def test_a_request_is_parted_where_it_says_so(request_text: str, steps: list[str]) -> None:
    made = plan({"request": request_text})["steps"]
    assert [step["description"] for step in made] == steps
    assert [step["depends_on"] for step in made] == [[], *([str(n)] for n in range(1, len(steps)))][: len(steps)]


def test_a_plan_that_lost_a_name_or_a_number_is_not_approved() -> None:
    ask = {"request": "Raise Cobalt Rollout by 5k and then delete Granite."}
    whole = [{"description": "Raise Cobalt Rollout by 5k"}, {"description": "Delete Granite."}]
    assert review({**ask, "plan": {"steps": whole}})["approved"] is True
    joined = {"ask": "review_plan", "request": "Raise Cobalt Rollout by 5k. Also delete Granite."}
    assert review({**joined, "plan": {"steps": whole}})["approved"] is True
    reply = review({**ask, "plan": {"steps": whole[:1]}})
    assert reply["approved"] is False
    assert "Granite" in reply["concerns"]
