import pytest

from atlas.environments.crm.matching import fold, upper_twins


@pytest.mark.parametrize(
    ("text", "folded"),
    [("ACME", "acme"), ("MÜLLER", "müller"), ("ΣΊΣΥΦΟΣ", "σίσυφοσ"), ("İ", "İ"), ("ß", "ß"), ("%_", "%_")],
)
def test_letters_fold_one_by_one(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize("text", ["acme 100%", "müller & söhne", "ягода", "σς", "ⅷ", "straße", "ǆ"])
def test_twins_say_all_that_folding_needs(text: str) -> None:
    """Translating just the twins finds `text` in a value exactly where folding the value does."""
    folded = fold(text)
    uppers, lowers = upper_twins(folded)
    table = str.maketrans(uppers, lowers)
    for point in range(0x20, 0x3000):
        letter = chr(point)
        assert (letter.translate(table) in folded) == (fold(letter) in folded), letter
    assert folded in text.upper().translate(table) or "ß" in text or "ς" in text
