"""Verifiers by name, and the lists that are refused."""

from __future__ import annotations

import pytest

from atlas.errors import ConfigError
from atlas.verify.registry import VERIFIERS, build_verifiers


def test_each_name_builds_the_verifier_of_that_name() -> None:
    assert {name: factory().name for name, factory in VERIFIERS.items()} == {name: name for name in VERIFIERS}


def test_built_in_the_order_named() -> None:
    assert [verifier.name for verifier in build_verifiers(["reply_facts", "structured"])] == [
        "reply_facts",
        "structured",
    ]


@pytest.mark.parametrize(
    ("names", "message"),
    [
        ([], "nothing would be checked"),
        (["structured", "replyfacts"], "unknown verifier 'replyfacts', did you mean 'reply_facts'"),
        (["zzz"], "unknown verifier 'zzz'; there are structured, reply_facts, tool_calls"),
        (["structured", "structured"], "named twice"),
        (["tool_calls"], "decides nothing"),
    ],
)
def test_refused(names: list[str], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        build_verifiers(names)
