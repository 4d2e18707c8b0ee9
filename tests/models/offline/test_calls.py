"""Plans: played from the start on every step, fed with the results that are there."""

from __future__ import annotations

from atlas.core.json import dumps
from atlas.models.offline.calls import Call, Plan, one, play, several
from atlas.models.offline.memory import Done


def _plan() -> Plan[str]:
    first = yield from one("search", {"name": "a"})
    left, right = yield from several([("look", {"id": 1}), ("look", {"id": 2})])
    return f"{first.value} {left.value} {right.value}"


def _done(tool: str, arguments: dict[str, object], value: str) -> Done:
    return Done(tool, dumps(arguments), (), value, "")


def test_stops_at_the_first_calls_without_a_result() -> None:
    assert play(_plan(), []).calls == (Call("search", '{"name":"a"}'),)
    assert play(_plan(), [_done("search", {"name": "a"}, "x")]).calls == (
        Call("look", '{"id":1}'),
        Call("look", '{"id":2}'),
    )


def test_ends_with_the_words_when_every_call_has_its_result() -> None:
    made = [_done("search", {"name": "a"}, "x"), _done("look", {"id": 1}, "y"), _done("look", {"id": 2}, "z")]
    assert play(_plan(), made).reply == "x y z"


def test_calls_that_somebody_else_made_do_no_harm() -> None:
    made = [_done("other", {}, "?"), _done("search", {"name": "b"}, "?"), _done("search", {"name": "a"}, "x")]
    assert play(_plan(), made).calls == (Call("look", '{"id":1}'), Call("look", '{"id":2}'))
