"""Exchanges: the sequence is what was sent last and what came back; only what the model said is its own."""

from __future__ import annotations

from atlas.core.group import Exchange
from atlas.rollouts.tokens.exchanges import Piece, pieces

END = ("<end>", "<eos>")


def parts(*exchanges: Exchange) -> list[tuple[str, bool]]:
    return [(piece.text, piece.produced) for piece in pieces(exchanges, END) if piece.text]


def whole(*exchanges: Exchange) -> str:
    return "".join(piece.text for piece in pieces(exchanges, END))


def test_every_reply_that_still_stands_was_produced_with_its_stop_token() -> None:
    first = Exchange("U: a\nA:", " one", stopped=True)
    second = Exchange("U: a\nA: one<end>\nU: b\nA:", " two", stopped=True)
    assert parts(first, second) == [
        ("U: a\nA:", False),
        (" one", True),
        ("<end>", True),
        ("\nU: b\nA:", False),
        (" two", True),
        ("<end>", True),
    ]
    assert whole(first, second) == second.prompt + second.text + "<end>"


def test_a_reply_that_was_cut_off_has_no_stop_token_of_its_own() -> None:
    first = Exchange("A:", " one", stopped=False)
    second = Exchange("A: one<end>B:", " tw", stopped=False)
    assert parts(first, second) == [("A:", False), (" one", True), ("<end>B:", False), (" tw", True)]


def test_an_earlier_reply_that_was_rewritten_is_what_the_model_read() -> None:
    first = Exchange("A:", "<think>x</think>one", stopped=True)
    second = Exchange("A:one<end>B:", "two", stopped=True)
    assert parts(first, second) == [("A:one<end>B:", False), ("two", True), ("<end>", True)]


def test_so_is_one_that_answered_something_else() -> None:
    first = Exchange("Out of steps. A:", "one", stopped=True)
    second = Exchange("A:one<end>B:", "two", stopped=True)
    assert parts(first, second) == [("A:one<end>B:", False), ("two", True), ("<end>", True)]


def test_what_the_model_said_holds_no_special_token() -> None:
    assert Piece("two", produced=True, literal=True) in list(pieces([Exchange("A:", "two", stopped=True)], END))
