from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas.telemetry.redaction import MASK, Redactor

redact = Redactor()

SECRETS = [
    "sk-proj-abcDEF1234567890abcdef",
    "sk-ant-api03-abcdefghijklmnop1234",
    "AIzaSyA1234567890abcdefghijklmnopqrstu",
    "ghp_abcdefghijklmnopqrst123456",
    "github_pat_11ABCDEFG0abcdefghij",
    "hf_abcdefghijk1234567",
    "tvly-dev-abcdefgh12345678",
    "xoxb-123456789012-abcdefghijkl",
    "AKIAIOSFODNN7EXAMPLE",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N",
    "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\nabc\n-----END RSA PRIVATE KEY-----",
]

HARMLESS = [
    "Quote Q-2026-014 for Northwind Logistics is $48,500.00, valid to 2026-04-17.",
    "Dana Whitfield <dana.whitfield@northwind.example> asked for the risk-assessment of the task-management deal",
    "6f1c2d3e-4b5a-4c6d-8e9f-0a1b2c3d4e5f",
    "https://example.com/path?page=2",
    "The bearer of this letter is a secretary with the password policy in her hands.",
    "prompt_tokens=120 completion_tokens: 30, learning_key = crm/quotes",
    "sk-learn is a library; pk-based lookups are fast",
    "postgresql://localhost:5432/atlas",
]


@pytest.mark.parametrize("secret", SECRETS)
def test_what_looks_like_a_key_is_masked_in_any_text(secret: str) -> None:
    masked = redact(f"the model said {secret}, then stopped")
    assert masked == f"the model said {MASK}, then stopped"


@pytest.mark.parametrize("text", HARMLESS)
def test_business_text_is_left_alone(text: str) -> None:
    assert redact(text) == text


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("postgresql://atlas:s3cret@db:5432/atlas", "postgresql://atlas:***@db:5432/atlas"),
        ("Authorization: Bearer abc.DEF-123456789", "Authorization: Bearer ***"),
        ("OPENAI_API_KEY=abcdef make demo", "OPENAI_API_KEY=*** make demo"),
        ("DB_PASSWORD: 'hunter2' # note", "DB_PASSWORD: '***' # note"),
        ("-----BEGIN PRIVATE KEY-----\\nMIIEow\\nabc... (cut)", "***... (cut)"),
        ("GET /v1?api_key=abc123&page=2", "GET /v1?api_key=***&page=2"),
        ('{"password": "a\\"b", "name": "x"}', '{"password": "***", "name": "x"}'),
        ('{"password": 1234, "name": "x"}', '{"password": null, "name": "x"}'),
        (
            '{"a": "{\\"client_secret\\": \\"abc\\", \\"n\\": 1}"}',
            '{"a": "{\\"client_secret\\": \\"***\\", \\"n\\": 1}"}',
        ),
    ],
)
def test_assignments_are_masked_where_they_stand(text: str, masked: str) -> None:
    assert redact(text) == masked


def test_the_name_of_a_key_decides() -> None:
    value = {
        "OPENAI_API_KEY": "x",
        "apiKey": "x",
        "db": {"password": "x", "port": 5432, "passwd": 12345},
        "headers": {"Authorization": ["Basic", "x"]},
        "credentials": {"user": "u", "key": "x"},
        "token_usage": {"prompt_tokens": 3, "total_tokens": 5},
        "learning_key": "crm/quotes",
        "secret": None,
        "has_password": True,
        "client_secret": "",
    }
    assert redact(value) == {
        "OPENAI_API_KEY": MASK,
        "apiKey": MASK,
        "db": {"password": MASK, "port": 5432, "passwd": MASK},
        "headers": {"Authorization": MASK},
        "credentials": MASK,
        "token_usage": {"prompt_tokens": 3, "total_tokens": 5},
        "learning_key": "crm/quotes",
        "secret": None,
        "has_password": True,
        "client_secret": "",
    }


def test_known_secrets_are_masked_wherever_they_stand() -> None:
    knowing = Redactor(["correct horse", "correct horse battery", "abc"])
    assert knowing({"said": ["it is correct horse battery!", 7]}) == {"said": [f"it is {MASK}!", 7]}
    assert knowing({"correct horse": 1}) == {MASK: 1}
    assert knowing("abc") == "abc", "too short to be told from a word"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.sampled_from([*SECRETS, *HARMLESS]),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.sampled_from(["password", "name", "api_key"]) | st.text(), inner)
    ),
    max_leaves=12,
)


@given(json_values)
def test_redacting_twice_changes_nothing_more(value: object) -> None:
    once = redact(value)
    assert redact(once) == once


@given(
    st.dictionaries(st.sampled_from(["password", "api_key", "name", "n"]), st.text() | st.integers() | st.none())
)
def test_json_text_stays_json_and_loses_its_secrets(value: dict[str, object]) -> None:
    inner = json.dumps(value)
    for text in (inner, json.dumps(inner)):
        loaded = json.loads(redact.text(text))
        masked = json.loads(loaded) if isinstance(loaded, str) else loaded
        assert masked.keys() == value.keys()
        for key in {"password", "api_key"} & value.keys():
            assert masked[key] in (MASK, None, "")


@pytest.mark.parametrize(
    "piece",
    [
        "password",
        "a",
        "sk-",
        "eyJ.",
        "hf_",
        "Bearer a",
        "-----BEGIN PRIVATE KEY-----",
        "x://",
        "x://y:",
        "secret_key='\\",
        "\\",
    ],
)
def test_no_text_takes_quadratic_time(piece: str) -> None:
    """300 kB of the same piece: unbounded patterns need minutes."""
    text = 'password="' + piece * (300_000 // len(piece))
    began = time.process_time()
    redact.text(text)
    assert time.process_time() - began < 10
