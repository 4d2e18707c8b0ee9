"""Which playbook a task reads."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas.core.playbook import KeyOrigin, LearningKey
from atlas.core.tasks import Brief, TaskId
from atlas.learning.key import KeyRule, learning_key


def test_a_key_can_be_read() -> None:
    assert learning_key("crm-agent", "crm", "modify_opportunity") == "crm-agent/crm/modify_opportunity"
    assert learning_key("crm-agent", "crm", None) == "crm-agent/crm/*"
    assert learning_key("crm agent", "crm", "Quote Management") == "crm%20agent/crm/Quote%20Management"


def test_an_override_is_taken_as_it_is() -> None:
    assert learning_key("a", "b", "c", override=" shared key ") == "shared key"


@pytest.mark.parametrize(
    ("agent", "environment", "override", "word"),
    [("", "crm", None, "agent"), ("a", " ", None, "environment"), ("a", "b", " ", "learning key")],
)
def test_blank_names_are_refused(agent: str, environment: str, override: str | None, word: str) -> None:
    with pytest.raises(ValueError, match=word):
        learning_key(agent, environment, "family", override)


names = st.text(min_size=1).filter(lambda text: text.strip() == text and text.strip() != "" and text.isprintable())


@given(st.tuples(names, names, st.none() | names), st.tuples(names, names, st.none() | names))
def test_different_parts_never_share_a_playbook(
    one: tuple[str, str, str | None], two: tuple[str, str, str | None]
) -> None:
    assert (learning_key(*one) == learning_key(*two)) is (one == two)


def test_a_rule_says_what_its_keys_are_made_from() -> None:
    brief = Brief(TaskId("t"), "crm", "Quote Management", "", ("hello",))
    derived = KeyRule("desk")
    assert derived.key(brief) == "desk/crm/Quote%20Management"
    assert derived.origin(brief) == KeyOrigin("derived", "desk", "crm", "Quote Management")
    named = KeyRule("desk", LearningKey("shop"), "command_line")
    assert named.key(brief) == "shop"
    assert named.origin(brief) == KeyOrigin("command_line", "desk", "crm", "Quote Management")
