"""Keyless sessions: told from those that read a playbook, whatever theirs is called."""

from __future__ import annotations

import pytest

from atlas.core.keyless import is_keyless, keyless
from atlas.core.playbook import LearningKey


def test_what_stands_for_no_key_is_known_as_that() -> None:
    assert keyless("run-1") == "none/run-1"
    assert is_keyless(keyless("run-1"))
    assert is_keyless(LearningKey("none"))


@pytest.mark.parametrize("key", ["nonesuch/crm", "agent/none", "quickstart/none/run-1"])
def test_another_key_is_one(key: str) -> None:
    assert not is_keyless(LearningKey(key))
