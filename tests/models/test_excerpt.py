from __future__ import annotations

from atlas.models.config import LLMConfig
from atlas.models.excerpt import LONGEST, excerpt, secrets_of

CONFIG = LLMConfig(model="m", additional_headers={"Authorization": "Bearer gateway-token-1", "X-Debug": "true"})


def test_no_secret_is_quoted() -> None:
    secrets = secrets_of(CONFIG, "sk-1")
    assert (
        excerpt("keys sk-1 and gateway-token-1 are not true", secrets) == "keys [secret] and [secret] are not true"
    )


def test_a_secret_inside_a_longer_one_leaves_nothing_of_it() -> None:
    secrets = secrets_of(LLMConfig(model="m", additional_headers={"X": "sk-1-and-more"}), "sk-1")
    assert excerpt("saw sk-1-and-more", secrets) == "saw [secret]"


def test_a_secret_is_taken_out_before_the_text_is_cut() -> None:
    text = "x" * (LONGEST - 5) + "sk-0123456789"
    assert "sk-" not in excerpt(text, secrets_of(CONFIG, "sk-0123456789"))


def test_the_text_becomes_one_short_line() -> None:
    assert excerpt(" a\n\n b\tc ", ()) == "a b c"
    assert len(excerpt("word " * 1000, ())) == LONGEST


def test_without_a_key_only_the_headers_are_secret() -> None:
    assert secrets_of(CONFIG, None) == ("gateway-token-1",)
