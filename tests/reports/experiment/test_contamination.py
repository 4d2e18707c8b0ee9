"""The certificate: planted leaks are found, the language's own phrases are not called leaks."""

from __future__ import annotations

from random import Random

from atlas.reports.experiment.contamination import Certificate, HeldOut, Hit, Shown, certificate

TASK = HeldOut(
    "t1",
    ("Please move the Larkspur renewal to negotiation before Friday, and tell Ana.",),
    ("Larkspur Retail Support Upgrade", "ana.lopez@larkspur.com"),
)


def made(text: str, training: tuple[str, ...] = (), ngram: int = 4) -> Certificate:
    return certificate([Shown("playbook, order 1", text)], [TASK], training, ngram=ngram)


def test_nothing_shown_and_nothing_in_common_is_clean() -> None:
    assert made("").clean
    assert made("Compare the names of all search results before you write.").clean


def test_words_in_a_row_are_found_whatever_their_case_and_punctuation() -> None:
    found = made('When somebody says "MOVE the larkspur   renewal": search first.')
    assert found.hits == (Hit("words", "playbook, order 1", "t1", "move the larkspur renewal"),)
    assert not found.clean
    assert made("move the larkspur deal").clean, "three words are not four"


def test_names_and_addresses_of_the_world_are_found() -> None:
    found = made("Larkspur Retail support upgrade: write to Ana.Lopez@larkspur.com")
    assert [hit.found for hit in found.hits] == ["ana.lopez@larkspur.com", "larkspur retail support upgrade"]
    assert {hit.kind for hit in found.hits} == {"name"}


def test_what_training_says_as_well_gives_nothing_away() -> None:
    training = ("Please move the Larkspur renewal to negotiation", "Larkspur Retail Support Upgrade")
    found = made("move the larkspur renewal. Larkspur Retail Support Upgrade.", training)
    assert found.clean
    assert found.common == 1


def test_a_shared_world_is_never_clean() -> None:
    assert not certificate([], [TASK], (), ngram=4, overlaps=["task t1 shares its world with t9"]).clean


def test_every_planted_leak_is_found_and_nothing_else() -> None:
    """Held-out and training texts of random words; half of the shown texts hold words of a held-out one."""
    for seed in range(200):
        draw = Random(seed)
        words = [f"w{number}" for number in range(400)]
        held = HeldOut("t", (" ".join(draw.choices(words, k=20)),), ())
        training = " ".join(draw.choices(words, k=20))
        filler = " ".join(draw.choices(words, k=10))
        start = draw.randrange(15)
        leak = " ".join(held.texts[0].split()[start : start + 5]) if seed % 2 else ""
        found = certificate([Shown("p", f"{filler} {leak}")], [held], [training], ngram=5)
        assert found.clean == (not leak), seed
