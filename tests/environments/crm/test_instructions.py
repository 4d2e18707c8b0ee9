import pytest

from atlas.core.tasks import Setup
from atlas.environments.crm.instructions import instructions


def test_today_is_the_date_where_the_world_is() -> None:
    assert "Today is 2026-03-02 (Monday).\n" in instructions(Setup("2026-03-02T09:00:00+00:00", "s"))
    assert "Today is 2026-03-01 (Sunday).\n" in instructions(Setup("2026-03-01T23:30:00-05:00", "s"))


def test_the_policy_is_there() -> None:
    text = instructions(Setup("2026-03-02T09:00:00+00:00", "s"))
    assert "Look records up before you write" in text
    assert "change nothing and say why" in text


def test_a_clock_needs_an_offset() -> None:
    with pytest.raises(ValueError, match="no offset"):
        instructions(Setup("2026-03-02T09:00:00", "s"))
