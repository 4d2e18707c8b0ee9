"""Names that a session's tools returned."""

from __future__ import annotations

from dataclasses import replace

from atlas.core.session import Attempt
from atlas.learning.known_names import names_in
from tests.learning.making import called, played, turn


def test_names_are_found_in_results_of_every_attempt_however_deep() -> None:
    first = turn("x", called("client_search", {"name": "asked"}, [{"name": "Northwind", "status": "Active"}]))
    deep = {"deal": {"owner": "dana@x.com", "rows": [{"first_name": "Dana", "email": None, "amount": 5}]}}
    last = turn("x", called("opportunity_search", {}, deep), called("quote_details", {}, error="No Harbor"))
    attempts = (Attempt(first, "student", 1), Attempt(last, "student", 2))
    assert names_in(played(last, attempts=attempts)) == {"Northwind", "dana@x.com", "Dana"}


def test_no_results_no_names() -> None:
    assert names_in(replace(played(turn("x")), attempts=())) == frozenset()
