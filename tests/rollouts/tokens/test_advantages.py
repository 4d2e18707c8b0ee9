from __future__ import annotations

from dataclasses import replace

import pytest

from atlas.core.group import TokenIds
from atlas.rollouts.tokens.advantages import with_advantages
from tests.rollouts.samples import group


def bare(*scores: float) -> list[TokenIds]:
    return [TokenIds((1, 2, 3), (-100, 2, 3)) for _ in scores]


def test_what_was_produced_gets_the_distance_from_the_mean_in_standard_deviations() -> None:
    made = group(0.0, 0.5, 1.0)
    made = replace(
        made,
        members=tuple(replace(m, ids=ids) for m, ids in zip(made.members, bare(0.0, 0.5, 1.0), strict=True)),
    )
    rows = [member.ids.advantages for member in with_advantages(made).members if member.ids]
    assert rows[0] == pytest.approx((0.0, -1.2247449, -1.2247449))
    assert rows[1] == (0.0, 0.0, 0.0)
    assert rows[2] == pytest.approx((0.0, 1.2247449, 1.2247449))


def test_they_stay_unknown_where_they_say_nothing() -> None:
    for scores in ((0.5, 0.5), (1.0,), ()):
        made = group(*scores)
        made = replace(made, members=tuple(replace(m, ids=TokenIds((1,), (1,))) for m in made.members))
        assert with_advantages(made) == made
    untokenised = group(0.0, 1.0)
    untokenised = replace(untokenised, members=(untokenised.members[0], replace(untokenised.members[1], ids=None)))
    assert with_advantages(untokenised) == untokenised
