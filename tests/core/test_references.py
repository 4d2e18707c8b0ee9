import pytest

from atlas.core.references import resolve

RESULTS = {1: [{"client_id": "c1", "amount": 5.0}, {"client_id": "c2"}], 2: {"quote_id": "q1"}, 3: []}


def test_a_whole_reference_keeps_its_type_and_lists_give_their_first() -> None:
    asked = {"id": "{{turn_1.client_id}}", "deep": [{"amount": "{{turn_1.amount}}"}], "n": 3}
    assert resolve(asked, RESULTS) == {"id": "c1", "deep": [{"amount": 5.0}], "n": 3}


def test_a_reference_inside_text_becomes_text() -> None:
    assert resolve({"note": "re {{turn_2.quote_id}}!"}, RESULTS) == {"note": "re q1!"}


@pytest.mark.parametrize("reference", ["{{turn_2.amount}}", "{{turn_3.client_id}}", "{{turn_9.client_id}}"])
def test_what_cannot_be_resolved_is_named(reference: str) -> None:
    with pytest.raises(LookupError, match=reference.strip("{}")):
        resolve({"id": reference}, RESULTS)
