"""Access: the token, however a client can send it, and browsers that speak for another site."""

from __future__ import annotations

import base64

import pytest
from starlette.types import Message, Receive, Scope, Send

from atlas.rollouts.api.access import Access


async def status(token: str | None, **headers: str) -> int:
    """What a request with these headers is answered with; 200 when it gets through."""
    answered: list[int] = []

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        answered.append(200)

    async def receive() -> Message:
        raise AssertionError("a guard reads no body")

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            answered.append(message["status"])

    named = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    await Access(application, token)({"type": "http", "headers": named}, receive, send)
    assert len(answered) == 1
    return answered[0]


def basic(text: str) -> str:
    return "Basic " + base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (None, 401),
        ("", 401),
        ("Bearer", 401),
        ("Bearer wrong", 401),
        ("Bearer s3cret", 200),
        ("bearer  s3cret ", 200),
        (basic("atlas:s3cret"), 200),
        (basic("atlas:wrong"), 401),
        ("Basic ?", 401),
        ("s3cret", 401),
    ],
)
async def test_a_token(given: str | None, expected: int) -> None:
    headers = {} if given is None else {"authorization": given}
    assert await status("s3cret", **headers) == expected
    assert await status(None, **headers) == 200


@pytest.mark.parametrize(("site", "expected"), [("none", 200), ("same-origin", 200), ("same-site", 403)])
async def test_another_site(site: str, expected: int) -> None:
    assert await status(None, sec_fetch_site=site) == expected
