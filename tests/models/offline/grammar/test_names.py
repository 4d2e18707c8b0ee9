"""Names: what is one, where it ends, and which capitals only begin a sentence."""

from __future__ import annotations

import pytest

from atlas.models.offline.grammar.names import find_names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Move Harbor Analytics Renewal 2026 to negotiation.", ["Harbor Analytics Renewal 2026"]),
        ("Who owns Northwind Logistics GmbH?", ["Northwind Logistics GmbH"]),
        ("Northwind Logistics' phone, please", ["Northwind Logistics"]),
        ("O'Brien & Sons wants a quote", ["O'Brien & Sons"]),
        ("Ask Dana Whitfield and Marcus Lee", ["Dana Whitfield", "Marcus Lee"]),
        ("she is VP of Sales", ["VP of Sales"]),
        ("the IT Director of Kestrel Capital", ["IT Director", "Kestrel Capital"]),
        ("Acme Trading, Inc. signed", ["Acme Trading, Inc."]),
        ("open Cobalt Rollout (Clone)", ["Cobalt Rollout (Clone)"]),
        ("Please create it. Then call me. Thanks!", []),
        ("I think we won", []),
    ],
)
def test_finds_names(text: str, names: list[str]) -> None:
    assert [text[found.start : found.end] for found in find_names(text)] == names


def test_keeps_the_longer_reading_when_a_name_may_begin_with_a_common_word() -> None:
    (found,) = find_names("Open Range Media is a client")
    assert found.others == ("Open Range Media",)
