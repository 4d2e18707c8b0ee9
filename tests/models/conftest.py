"""Fixtures of the model tests: the loopback server, and waits that are noted instead of slept."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.model_server import ModelServer


class Waits:
    """A sleep that returns at once and remembers what was asked of it, in seconds."""

    def __init__(self) -> None:
        self.asked: list[float] = []

    async def __call__(self, wait_s: float) -> None:
        self.asked.append(wait_s)


@pytest.fixture
def model_server() -> Iterator[ModelServer]:
    with ModelServer() as server:
        yield server


@pytest.fixture
def waits() -> Waits:
    return Waits()
