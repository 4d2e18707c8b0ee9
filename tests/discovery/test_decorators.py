from __future__ import annotations

from typing import Any

import atlas


def test_a_decorated_class_says_its_role_and_name() -> None:
    @atlas.environment
    class Desk:
        pass

    @atlas.agent(name="clerk")
    class Clerk:
        pass

    desk: Any = Desk
    clerk: Any = Clerk
    assert (desk.__atlas_role__, desk.__atlas_label__) == ("environment", "Desk")
    assert (clerk.__atlas_role__, clerk.__atlas_label__) == ("agent", "clerk")


def test_a_decorated_function_still_does_what_it_did() -> None:
    @atlas.agent
    def double(observation: int) -> int:
        return 2 * observation

    assert double(4) == 8
