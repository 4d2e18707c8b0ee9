"""Marked texts: the shape of a request, with everything of a known form behind a tag."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest

from atlas.models.offline.grammar.marks import mark

VALUES = ("Active", "Closed-Lost", "Closed-Won", "Draft", "Inactive", "Negotiation", "Proposal", "Prospect", "Sent")
TODAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("Move Harbor Renewal 2026 to negotiation, 60%.", "Move <n0> to <e0>, <p0>."),
        ("Move it to the proposal stage", "Move it to the <e0> stage"),
        ("Send the proposal for Harbor Renewal", "<e0> the proposal for <n0>"),
        ("draft a quote for it", "draft a quote for it"),
        ("the draft quote, v2", "the <e0> quote, <v0>"),
        ("close it as won by Apr 17", "close it as <e0> by <d0>"),
        ("extend it by two weeks", "extend it by <u0>"),
        ("mail a.b@c.com or call +1-212-555-0100", "mail <a0> or call <t0>"),
        ("attach offer_v1.pdf to it", "attach <f0> to it"),
        ('put "upon request" on it', "put <q0> on it"),
        ('rename it to "Harbor Launch"', "rename it to <n0>"),
        ("add 3 of them at 48500", "add <x0> of them at <x1>"),
        ("what <b>is</b> it", "what b is /b it"),
    ],
)
def test_tags_what_it_knows(text: str, shape: str) -> None:
    assert _without_numbers(mark(text, TODAY, VALUES).text) == _without_numbers(shape)


def _without_numbers(text: str) -> str:
    return re.sub(r"<([a-z])\d+>", r"<\1>", text)


def test_a_tag_keeps_the_wording_and_the_meaning() -> None:
    marked = mark('Set "Harbor Renewal" to $48.5k by April 31', TODAY, VALUES)
    assert marked.spans["<n0>"].said == "Harbor Renewal"
    assert marked.spans["<m0>"].number == Decimal(48500)
    assert (marked.spans["<d0>"].said, marked.spans["<d0>"].day) == ("April 31", None)
    assert marked.unmark(marked.text) == 'Set "Harbor Renewal" to $48.5k by April 31'


def test_spaces_inside_quotes_are_kept() -> None:
    assert mark('put " Prospect" there', TODAY, VALUES).spans["<e0>"].said == " Prospect"
