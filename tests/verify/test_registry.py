"""Verifiers by name, and the lists that are refused."""

from __future__ import annotations

import pytest

from atlas.errors import ConfigError
from atlas.verify.registry import RULES, VERIFIERS, build_verifiers
from tests.worlds import ScriptedModel, saying


def test_each_name_builds_the_verifier_of_that_name() -> None:
    assert {name: factory().name for name, factory in RULES.items()} == {name: name for name in RULES}
    assert (*RULES, "llm_judge") == VERIFIERS


def test_built_in_the_order_named() -> None:
    assert [verifier.name for verifier in build_verifiers(["reply_facts", "structured"]).rules] == [
        "reply_facts",
        "structured",
    ]


def test_the_judge_asks_the_model_given() -> None:
    model = ScriptedModel(lambda request: saying(""))
    checks = build_verifiers(["llm_judge", "structured"], model)
    assert [rule.name for rule in checks.rules] == ["structured"]
    assert checks.judge is not None
    assert checks.judge.model is model
    assert build_verifiers(["structured"], model).judge is None


@pytest.mark.parametrize(
    ("names", "message"),
    [
        ([], "nothing would be checked"),
        (["structured", "replyfacts"], "unknown verifier 'replyfacts', did you mean 'reply_facts'"),
        (["zzz"], "unknown verifier 'zzz'; there are structured, reply_facts, tool_calls"),
        (["structured", "structured"], "named twice"),
        (["tool_calls"], "decides nothing"),
        (["llm_judge"], "decides nothing"),
        (["structured", "llm_judge"], "llm_judge needs a model"),
        (["structured", "llm-judge"], "did you mean 'llm_judge'"),
    ],
)
def test_refused(names: list[str], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        build_verifiers(names)
