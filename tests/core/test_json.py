import msgspec
import pytest

from atlas.core.json import dumps, from_json, loads_object, reply_as, to_json
from atlas.core.playbook import LearningKey, Lessons
from atlas.core.session import Attempt, Played, RunId, Session, Slot, Validation
from atlas.core.state import diff
from atlas.core.tasks import TaskId
from atlas.core.trajectory import Trajectory, Turn
from atlas.core.verdicts import Verdict


class Reply(msgspec.Struct):
    score: float


def session() -> Session:
    changes = diff({"clients": {}}, {"clients": {"1": {"name": "A", "amount": 2.5}}})
    turn = Turn(1, "add A", (), "done", changes)
    trajectory = Trajectory(TaskId("t"), "oracle", (turn,), changes)
    played = Played(trajectory, (Attempt(turn, "student", 1, ("look",), Validation(True, "")),), "paired", "forced")
    slot = Slot(RunId("r"), "baseline", TaskId("t"))
    verdict = Verdict("structured", "1", True, 1.0, "equal")
    return Session(slot, "family", True, "rev", Lessons(LearningKey("k"), 3), played, (verdict,))


def test_a_session_survives_the_round_trip() -> None:
    assert from_json(Session, to_json(session())) == session()


def test_equal_values_give_equal_bytes() -> None:
    assert dumps({"b": 1, "a": 2}) == dumps({"a": 2, "b": 1}) == '{"a":2,"b":1}'


def test_what_does_not_fit_is_named() -> None:
    broken = to_json(session())
    broken["played"]["mode"] = "solo"
    with pytest.raises(ValueError, match=r"solo.*played\.mode|played\.mode"):
        from_json(Session, broken)


@pytest.mark.parametrize("text", ["[1]", "3", "{", ""])
def test_only_an_object_is_an_object(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        loads_object(text)


def test_a_fence_around_a_reply_is_dropped() -> None:
    assert reply_as(Reply, '```json\n{"score": 0.5}\n```') == Reply(0.5)


@pytest.mark.parametrize(
    "text", ["I think 0.5", '{"score": "high"}', '{"score": 0.5', '{"rating": 1}', "", '{"score":' * 5000]
)
def test_a_reply_of_another_form_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not the JSON object that was asked for"):
        reply_as(Reply, text)


def test_success_needs_every_required_verdict_and_no_failure() -> None:
    done = session()
    wrong = Verdict("reply_facts", "1", False, 0.0, "missing")
    metric = Verdict("tool_calls", "1", False, 0.0, "other tools", required=False)
    assert done.success is True
    assert Session(done.slot, "f", True, "", done.lessons, None, (*done.verdicts, wrong)).success is False
    assert Session(done.slot, "f", True, "", done.lessons, None, (*done.verdicts, metric)).success is True
    assert Session(done.slot, "f", True, "", done.lessons, None).success is None
