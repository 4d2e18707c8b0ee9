"""Delivery: who takes gzip, and a batch that is dropped while it goes out."""

from __future__ import annotations

import aiohttp
import pytest

from atlas.rollouts.api.delivery import packs
from tests.rollouts.api.conftest import Api, group, marks


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", False),
        ("identity", False),
        ("gzip", True),
        ("br, GZIP;q=0.5", True),
        ("gzip; q=0", False),
        ("*", True),
        ("deflate", False),
    ],
)
def test_who_takes_gzip(header: str, expected: bool) -> None:
    assert packs(header) is expected


async def test_a_batch_whose_groups_are_gone_breaks_off(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    await api.train(batch_size=4)
    await api.post("/scored_data", group(1))

    async def nothing(*_: object) -> list[bytes]:
        return []

    with monkeypatch.context() as patch:
        patch.setattr(api.store, "bodies", nothing)
        with pytest.raises(aiohttp.ClientPayloadError):
            await api.get("/batch")
    assert marks((await api.get("/batch"))["batch"]) == [1], "it was not delivered, so it is handed out again"


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
async def test_the_announced_length_is_the_length(api: Api, encoding: str) -> None:
    await api.train(batch_size=800)
    await api.post("/scored_data_list", [group(1, 400), group(2, 400)])
    async with api.session.get("/batch", headers={"Accept-Encoding": encoding}) as response:
        assert response.headers.get("Content-Encoding", "identity") == encoding
        assert "Content-Length" in response.headers
        assert marks((await response.json())["batch"]) == [1, 2]
    assert await api.get("/batch") == {"batch": None}
