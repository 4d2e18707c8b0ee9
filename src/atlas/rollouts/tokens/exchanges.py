"""Exchanges as one sequence: what was sent last and what came back, earlier replies where they still stand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from atlas.core.group import Exchange


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of the sequence. `produced` says whether the model wrote it; `literal` text holds no special token."""

    text: str
    produced: bool = False
    literal: bool = False


def pieces(exchanges: Sequence[Exchange], stops: Sequence[str]) -> Iterator[Piece]:
    """The last prompt and the last reply, in order, cut where the model's own text begins and ends.

    An earlier reply was produced there only if the last prompt goes on from exactly what was sent and received
    then. A template that writes earlier turns otherwise (that drops their reasoning, for example) makes them part
    of what the model read. A stop token that the model ended with was produced too.
    """
    *earlier, last = exchanges
    at = 0
    for exchange in earlier:
        start, end = len(exchange.prompt), len(exchange.prompt) + len(exchange.text)
        if start < at or not last.prompt.startswith(exchange.prompt + exchange.text):
            continue
        yield Piece(last.prompt[at:start])
        yield Piece(exchange.text, produced=True, literal=True)
        stop = _stop(last.prompt, end, stops) if exchange.stopped else ""
        yield Piece(stop, produced=True)
        at = end + len(stop)
    yield Piece(last.prompt[at:])
    yield Piece(last.text, produced=True, literal=True)
    if last.stopped and stops:
        yield Piece(stops[0], produced=True)


def _stop(text: str, at: int, stops: Sequence[str]) -> str:
    return next((stop for stop in stops if text.startswith(stop, at)), "")
