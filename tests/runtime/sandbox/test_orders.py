"""Orders and reports: a packet each, and nothing else is one."""

from __future__ import annotations

import msgspec
import pytest

from atlas.runtime.sandbox.orders import (
    Ended,
    Kill,
    Limits,
    Ready,
    Refused,
    Setup,
    Start,
    encode,
    order_of,
    report_of,
)


@pytest.mark.parametrize(
    "order", [Setup("a:b", "/base", Limits(1, 2, 3, 4), 8, ("/hidden",)), Start(1, None), Start(2, "/w"), Kill(1)]
)
def test_orders(order: Setup | Start | Kill) -> None:
    assert order_of(encode(order)) == order
    with pytest.raises(msgspec.MsgspecError):
        report_of(encode(order))


@pytest.mark.parametrize("report", [Ready(7, True, ("user",)), Refused("no"), Ended(1, -9, "too much")])
def test_reports(report: Ready | Refused | Ended) -> None:
    assert report_of(encode(report)) == report
    with pytest.raises(msgspec.MsgspecError):
        order_of(b"{}")
