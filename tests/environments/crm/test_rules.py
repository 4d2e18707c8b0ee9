"""Each rule about a value, with its sentence. Rules about records are tested through the tools they guard."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from atlas.core.json import JsonValue
from atlas.environments.crm import rules
from atlas.environments.crm.entities import (
    Client,
    ClientStatus,
    Company,
    DocumentEntityType,
    NoteEntityType,
    Opportunity,
    Quote,
)
from atlas.environments.crm.schema import TABLES, table_of
from atlas.errors import ToolError


def refusal(rule: Callable[..., object], *arguments: object) -> str:
    with pytest.raises(ToolError) as refused:
        rule(*arguments)
    return str(refused.value)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (None, "must be provided as a string."),
        (5, "must be provided as a string."),
        (["a"], "must be provided as a string."),
        ("", "must not be blank or whitespace."),
        (" \t\u3000", "must not be blank or whitespace."),
        ("a\x00b", "must not contain NUL characters."),
    ],
)
def test_text(value: JsonValue, reason: str) -> None:
    assert refusal(rules.text, value, "Client name") == f"Client name {reason}"


def test_text_is_stripped_and_otherwise_kept() -> None:
    assert rules.text("  Ärger & Söhne\n", "Client name") == "Ärger & Söhne"


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (1, "must be provided as a string."),
        ("", "must not be blank or whitespace."),
        (" Active", "must not contain leading or trailing whitespace."),
        ("active", "must be one of: Active, Inactive, Prospect."),
        ("ACTIVE", "must be one of: Active, Inactive, Prospect."),
        ("{status}", "must be one of: Active, Inactive, Prospect."),
    ],
)
def test_choice(value: JsonValue, reason: str) -> None:
    assert refusal(rules.choice, value, "Client status", ClientStatus) == f"Client status {reason}"


def test_entity_types_have_a_sentence_of_their_own() -> None:
    sentence = refusal(rules.choice, "Company", "Document entity type", DocumentEntityType)
    assert sentence.startswith("'Company' is not a valid DocumentEntityType; it must be one of: Client, Contract,")
    sentence = refusal(rules.choice, "deal", "Note entity type", NoteEntityType)
    assert sentence.startswith("'deal' is not a valid NoteEntityType; it must be one of: Client, Contact,")


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("100", "must be numeric."),
        (True, "must be numeric."),
        (None, "must be numeric."),
        (float("nan"), "must be numeric."),
        (float("inf"), "must be numeric."),
        (0, "must be greater than zero."),
        (-0.0, "must be greater than zero."),
        (-5, "must be greater than zero."),
        (0.001, "must be greater than zero."),
        (10_000_001, "must not exceed 10,000,000."),
        (10_000_000.01, "must not exceed 10,000,000."),
        (1e308, "must not exceed 10,000,000."),
    ],
)
def test_amount(value: JsonValue, reason: str) -> None:
    assert refusal(rules.amount, value, "Quote amount") == f"Quote amount {reason}"


def test_amounts_are_kept_in_cents() -> None:
    assert rules.amount(10_000_000, "a") == Decimal("10000000.00")
    assert str(rules.amount(0.005, "a")) == "0.01"


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("50", "must be numeric."),
        (True, "must be numeric."),
        (0.5, "must be expressed as a whole-number percentage."),
        (0, "must be between 1 and 99."),
        (100, "must be between 1 and 99."),
        (1e300, "must be between 1 and 99."),
    ],
)
def test_percent(value: JsonValue, reason: str) -> None:
    assert refusal(rules.percent, value, "Probability") == f"Probability {reason}"
    assert rules.percent(50.0, "Probability") == 50


@pytest.mark.parametrize("value", ["tomorrow", "2026-02-30", "20260302", "2026-03-02T00:00:00", "", 20260302, None])
def test_day(value: JsonValue) -> None:
    assert refusal(rules.day, value, "Close date") == "Close date must be a valid ISO-8601 date (YYYY-MM-DD)."


def test_not_past() -> None:
    today = date(2026, 3, 2)
    assert refusal(rules.not_past, date(2026, 3, 1), today) == "Close date must be today or in the future."
    rules.not_past(today, today)
    rules.not_past(None, today)


def test_moment() -> None:
    assert refusal(rules.moment, "now", "Note created at") == "Note created at must be a valid ISO-8601 timestamp."
    assert refusal(rules.moment, 5, "Note created at") == "Note created at must be a valid ISO-8601 timestamp."


@pytest.mark.parametrize(
    "value",
    [
        "a",
        "a@b",
        "@b.com",
        "a@.com",
        "a b@c.com",
        "a@b..com",
        ".a@b.com",
        "a@b.com,c@d.com",
        "<a@b.com>",
        "a" * 250 + "@b.com",
    ],
)
def test_email(value: str) -> None:
    assert refusal(rules.email, value, "Client email") == f"Invalid email format: '{value}'."


@pytest.mark.parametrize("value", ["a@b.com", "first.last+tag@sub.example.co", "jürgen@müller.de", "o'neil@x.org"])
def test_good_emails(value: str) -> None:
    assert rules.email(f" {value} ", "Client email") == value


def test_url() -> None:
    label = "Document file url"
    for value in ("example.com", "ftp://example.com/a", "https://", "https://exa mple.com", "javascript:alert(1)"):
        assert refusal(rules.url, value, label) == f"{label} must be a valid http or https URL."
    assert rules.url("https://example.com/a?b=c#d", label) == "https://example.com/a?b=c#d"


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("a b.pdf", "Document file name may only include letters, numbers, dots, underscores, and hyphens."),
        ("../a.pdf", "Document file name may only include letters, numbers, dots, underscores, and hyphens."),
        ("ä.pdf", "Document file name may only include letters, numbers, dots, underscores, and hyphens."),
        ("contract", "Document file name must include an extension."),
        ("contract.", "Document file name must include an extension."),
        (".pdf", "Document file name must include an extension."),
        (
            "run.exe",
            "Document file extension '.exe' is not supported"
            " (allowed: csv, doc, docx, key, pdf, ppt, pptx, txt, xlsx).",
        ),
        ("", "Document file name must not be blank or whitespace."),
    ],
)
def test_file_name(value: str, sentence: str) -> None:
    assert refusal(rules.file_name, value, "Document file name") == sentence


def test_good_file_names() -> None:
    assert rules.file_name("Q3_offer-2.final.PDF", "Document file name") == "Q3_offer-2.final.PDF"


def test_names() -> None:
    assert rules.names([" Ann ", "Bo"], "Company contacts") == ("Ann", "Bo")
    assert refusal(rules.names, "Ann", "Company contacts") == "Company contacts must be a list of strings."
    assert refusal(rules.names, [1], "Company contacts") == "Company contacts must be provided as a string."


def test_changeable() -> None:
    assert [column.name for column in rules.changeable(Opportunity, ["stage", "notes"])] == ["stage", "notes"]
    assert refusal(rules.changeable, Quote, ["name"]) == "Quote has no field named 'name'."
    for kind, name in ((Client, "client_id"), (Opportunity, "client_id"), (Quote, "created_date")):
        assert refusal(rules.changeable, kind, [name]) == f"{kind.__name__} field '{name}' cannot be changed."


@pytest.mark.parametrize(
    ("kind", "name", "value", "sentence"),
    [
        (Quote, "name", "x", "Quote has no field named 'name'; its fields are: quote_id, opportunity_id, amount,"),
        (Quote, "amount", "5", "Quote amount must be numeric."),
        (Opportunity, "probability", True, "Probability must be numeric."),
        (Client, "name", 5, "Client name must be provided as a string."),
        (Client, "name", "a\x00", "Client name must not contain NUL characters."),
        (Company, "contacts", "Ann", "Company contacts must be a list of strings."),
    ],
)
def test_criterion(kind: type, name: str, value: JsonValue, sentence: str) -> None:
    assert refusal(rules.criterion, kind, name, value).startswith(sentence)


def test_a_criterion_is_not_held_to_the_rules_of_writing() -> None:
    """Looking for what cannot be is no mistake; it finds nothing."""
    assert rules.criterion(Client, "status", "act") == "act"
    assert rules.criterion(Opportunity, "amount", -1) == -1
    assert rules.criterion(Opportunity, "probability", None) is None
    assert rules.criterion(Client, "name", "") == ""


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_column_that_can_change_has_a_rule(table: object) -> None:
    for column in table_of(table.kind).columns.values():  # type: ignore[attr-defined]
        if rules.may_change(column):
            with pytest.raises(ToolError):
                rules.value_of(column, {"no": "column takes an object"}, "It")


def test_labels() -> None:
    assert rules.label_of(Opportunity, "close_date") == "Close date"
    assert rules.label_of(Opportunity, "probability") == "Probability"
    assert rules.label_of(Client, "industry") == "Client industry"
