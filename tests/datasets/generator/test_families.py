"""Families: which splits they belong to, and what they can say."""

from __future__ import annotations

import pytest

from atlas.datasets.generator.families import FAMILIES, Family, families


def test_transfer_has_families_of_its_own() -> None:
    home, away = {f.name for f in families("train")}, {f.name for f in families("transfer")}
    assert home
    assert away
    assert not home & away
    assert families("train") == families("test")
    assert home | away == {family.name for family in FAMILIES}


def test_transfer_needs_skills_that_the_other_splits_never_ask_for() -> None:
    known = {intent for family in families("train") for intent in (*family.opening, *family.following)}
    for family in families("transfer"):
        new = {*family.opening, *family.following} - known
        assert len(new) >= (0 if family.name == "onboarding" else 3), family.name


def test_names_are_unique() -> None:
    assert len({family.name for family in FAMILIES}) == len(FAMILIES)


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_a_family_can_open_go_on_and_refuse(family: Family) -> None:
    assert family.weight > 0
    assert family.opening
    assert len(family.following) >= 5
    assert family.refusals
    assert not {*family.opening, *family.following} & {*family.refusals}
