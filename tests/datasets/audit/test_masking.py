"""Masking: what is left of an utterance without its values."""

from __future__ import annotations

import pytest

from atlas.datasets.audit.masking import masked, script
from tests.datasets.audit.making import current

NAMES = {"Acme Foods", "Acme Foods Europe", "Jane", "Doe", "v2"}


@pytest.mark.parametrize(
    "text",
    [
        "Set Acme Foods to $48,500 by April 17, 2026.",
        'Set "Acme Foods Europe" to 48.5k by 2026-04-17.',
        "set acme foods to USD 1.2 million by 17 April.",
        "Set Jane Doe to 12 percent by March 2026.",
        "Set v2 to three by Apr 17th.",
    ],
)
def test_values_of_any_form_are_masked(text: str) -> None:
    assert masked(text, NAMES) == "set # to # by #."


def test_words_stay() -> None:
    assert masked("May I see that deal? It is Closed-Won.", NAMES) == "may i see that deal? it is closed-won."
    assert masked("Acmes Foods", NAMES) == "acmes foods"
    assert masked("mail jane.doe@acme.com now", set()) == "mail # now"


def test_a_script_is_masked_by_the_names_of_its_own_world() -> None:
    assert script(current()) == ("move the # deal to proposal.",)
