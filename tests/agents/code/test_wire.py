"""The wire: messages come back as they were sent, and nothing else comes at all."""

from __future__ import annotations

import msgspec
import pytest

from atlas.agents.code.wire import Ask, Call, Done, Open, Play, Result, Said, Stop, encode, order_of, word_of


@pytest.mark.parametrize(
    "order", [Open((), ("*",), 100), Play("go"), Said("x"), Stop(), Result({"a": [1]}), Result(error="no")]
)
def test_orders(order: Open | Play | Said | Stop | Result) -> None:
    assert order_of(encode(order)) == order
    with pytest.raises(msgspec.MsgspecError):
        word_of(encode(order))


@pytest.mark.parametrize("word", [Ask("seen"), Call("read", "{}"), Done("42", "seen")])
def test_words(word: Ask | Call | Done) -> None:
    assert word_of(encode(word)) == word
    with pytest.raises(msgspec.MsgspecError):
        order_of(encode(word))
