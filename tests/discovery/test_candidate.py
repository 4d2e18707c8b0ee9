from __future__ import annotations

import pytest

from atlas.discovery.candidate import Candidate, FoundBy, choose, named
from atlas.errors import ConfigError


def found(name: str, by: FoundBy) -> Candidate:
    return Candidate("environment", "desk", name, by, f"by {by}")


def test_the_strongest_sign_wins() -> None:
    weak, middle, strong = found("A", "static"), found("B", "protocol"), found("C", "decorator")
    assert choose([weak, middle, strong], "environment") == strong
    assert choose([weak, middle], "environment") == middle


def test_several_of_the_same_strength_are_named_with_the_flag() -> None:
    with pytest.raises(ConfigError, match=r"desk:A \(by static\), desk:B \(by static\); say which with --env-fn"):
        choose([found("A", "static"), found("B", "static")], "environment")


def test_none_says_what_to_do() -> None:
    with pytest.raises(ConfigError, match=r"no agent was found.*@atlas\.agent.*--agent-fn"):
        choose([found("A", "decorator")], "agent")


@pytest.mark.parametrize("target", ["desk", "desk:", ":Desk", "desk/world:Desk", "desk:Desk()"])
def test_a_target_that_is_none(target: str) -> None:
    with pytest.raises(ConfigError, match="--env-fn"):
        named("environment", target)


def test_a_named_target() -> None:
    assert named("agent", "desk.clerks:Clerk.make").target == "desk.clerks:Clerk.make"
