from __future__ import annotations

import msgspec
import pytest

from atlas.discovery.wire import Answer, Order, Target, Told, answer_of, encode, order_of


def test_orders_and_answers_survive_the_wire() -> None:
    order = Order("open", root="/p", environment=Target("desk", "Desk", {"n": 1}), action={"a": [1, None]})
    answer = Answer({"x": 1.5}, events=[Told("thought", {"y": 2})])
    assert order_of(encode(order)) == order
    assert answer_of(encode(answer)) == answer
    assert encode(answer).count(b"\n") == 1


def test_what_is_no_answer() -> None:
    with pytest.raises(msgspec.MsgspecError):
        answer_of(b"garbage\n")
