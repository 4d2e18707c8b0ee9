"""The player: smolagents at the end of a line that a test holds."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from atlas.agents.code import player
from atlas.agents.code.player import play
from atlas.agents.code.wire import (
    Ask,
    Call,
    Done,
    Input,
    Open,
    Order,
    Play,
    Result,
    Said,
    Stop,
    ToolShape,
    Word,
    encode,
    word_of,
)

TOOL = ToolShape(
    "read", "Read.", (Input("name", "string", "Which.", True), Input("deep", "boolean", "How.", False))
)


class Line:
    """Gives the orders one by one, keeps the words."""

    def __init__(self, orders: Sequence[Order]) -> None:
        self._orders = list(orders)
        self.words: list[Word] = []

    def send(self, message: bytes) -> None:
        self.words.append(word_of(message))

    def receive(self) -> bytes:
        if not self._orders:
            raise EOFError
        return encode(self._orders.pop(0))


def words(*orders: Order, imports: tuple[str, ...] = ("*",)) -> list[Word]:
    line = Line([Open((TOOL,), imports, 1000), *orders])
    with pytest.raises(EOFError):
        play(line)
    return line.words


def code(source: str) -> Said:
    return Said(f"<code>\n{source}\n</code>")


def test_a_turn_asks_calls_and_answers() -> None:
    said = words(Play("go"), code("final_answer(read('a'))"), Result([1, 2]))
    assert said[0] == Ask("")
    assert said[1] == Call("read", '{"name": "a"}')
    assert isinstance(said[2], Done)
    assert said[2].answer == "[1, 2]"


def test_what_the_code_raised_is_told() -> None:
    said = words(Play("go"), code("1 / 0"), code("read('a', deep=True, wrong=1)"), Result(error="no wrong"), Stop())
    assert isinstance(said[1], Ask)
    assert "ZeroDivisionError" in said[1].observation
    assert said[2] == Call("read", '{"name": "a", "deep": true, "wrong": 1}')
    assert isinstance(said[3], Ask)
    assert "no wrong" in said[3].observation
    assert said[4] == Done()


def test_words_without_code_are_told_so() -> None:
    said = words(Play("go"), Said("I would rather not."), Stop())
    assert isinstance(said[1], Ask)
    assert "Error in code parsing" in said[1].observation


def test_each_process_starts_afresh_and_keeps_its_variables() -> None:
    said = words(Play("one"), code("x = 1\nfinal_answer(x)"), Play("two"), code("final_answer(x + 1)"))
    assert [word.answer for word in said if isinstance(word, Done)] == ["1", "2"]
    said = words(Play("one"), code("final_answer(x)"), Stop())
    assert isinstance(said[1], Ask)
    assert "`x` is not defined" in said[1].observation


def test_what_was_prepared_leaves_nothing_behind() -> None:
    turn = (Play("one"), code("final_answer(math.pi)"), Stop())
    before = words(*turn)
    player.PLAYER.prepare()
    assert words(*turn) == before
    assert isinstance(before[1], Ask)
    assert "`math` is not defined" in before[1].observation


def test_chance_is_the_same_in_every_run() -> None:
    draw = code("import random\nfinal_answer(random.random())")
    assert words(Play("go"), draw) == words(Play("go"), draw)


def test_long_texts_are_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(player, "MAX_TEXT", 10)
    (_, done) = words(Play("go"), code("final_answer('x' * 100)"))
    assert done == Done("x" * 10, "Observatio")
