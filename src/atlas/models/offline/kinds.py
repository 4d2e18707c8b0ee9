"""The kinds of records in a CRM, as an assistant knows them: nouns, fields, and the words people use for fields."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Literal, TypeAlias

ValueType: TypeAlias = Literal["text", "name", "money", "percent", "date", "enum", "email", "phone", "url", "file"]


class Kind(StrEnum):
    """A kind of record; the value is the word used for it in replies."""

    CLIENT = "client"
    CONTACT = "contact"
    OPPORTUNITY = "deal"
    QUOTE = "quote"
    CONTRACT = "contract"
    COMPANY = "company"
    DOCUMENT = "document"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Field:
    """One column: its type, how replies name it, and a regex of the words that mean it in a request."""

    name: str
    type: ValueType
    label: str
    words: str


@dataclass(frozen=True)
class KindInfo:
    """What there is to know about one kind. `key` is its primary key; tools are names to look for, best first."""

    kind: Kind
    key: str
    nouns: str
    fields: tuple[Field, ...]
    search: tuple[str, ...] = ()
    create: str = ""
    modify: str = ""
    details: tuple[str, ...] = ()
    delete: str = ""
    entity_type: str = ""

    @cached_property
    def by_name(self) -> dict[str, Field]:
        return {field.name: field for field in self.fields}

    def has(self, name: str) -> bool:
        return name in self.by_name


_AMOUNT = r"amounts?|values?|worth|sum|price[ds]?|figure|size|dollar (?:amount|value|figure)|totals?|budget"
_OWNER = (
    r"owners?|owned by|owns|ownership|account (?:manager|executive|owner|rep)|sales rep|rep\b|responsible|in "
    r"charge|"
    r"assigned to|reassign(?:ed)?|assignee|run by|handled by|handles|managed by|manages|looks after|led by|"
    r"leads|hand(?:ed)? over|"
    r"running|handling|driving|working (?:on )?(?:the|this|that)?"
)
_EMAIL = Field("email", "email", "e-mail", r"e-?mails?(?: address(?:es)?)?|mail address")
_PHONE = Field(
    "phone",
    "phone",
    "phone",
    r"phone(?: number)?s?|telephone|tel\b|numbers? (?:to call|for)|call (?:him|her|them)|mobile|cell|dial",
)
_ADDRESS = Field(
    "address", "text", "address", r"address(?:es)?|located|location|based|headquartered|hq\b|headquarters|offices?"
)
_INDUSTRY = Field(
    "industry", "text", "industry", r"industr(?:y|ies)|sectors?|line of business|verticals?|business are they in"
)
_NOTES = Field("notes", "text", "notes", r"notes?|remarks?|comments?|memo")

_INFOS = (
    KindInfo(
        Kind.CLIENT,
        "client_id",
        r"clients?|customers?|accounts?|client (?:record|account)s?|customer (?:record|account)s?",
        (
            Field("name", "name", "name", r"names?|called|titled|rename[ds]?"),
            _EMAIL,
            _PHONE,
            Field("status", "enum", "status", r"status(?:es)?|active|standing"),
            _INDUSTRY,
            Field("owner", "name", "owner", _OWNER),
            _ADDRESS,
        ),
        ("client_search", "list_clients"),
        "create_new_client",
        "modify_client",
        entity_type="Client",
    ),
    KindInfo(
        Kind.CONTACT,
        "contact_id",
        r"contacts?|contact (?:person|record|entry)|contact people|person|people|everybody|everyone|"
        r"stakeholders?|point of contact",
        (
            Field(
                "title",
                "text",
                "title",
                r"(?:job )?titles?|roles?|positions?|jobs?|job function|promoted|do(?:es)? (?:<n\d+>|she|he|"
                r"they) do",
            ),
            _EMAIL,
            _PHONE,
            _NOTES,
        ),
        ("contact_search", "list_contacts"),
        "create_new_contact",
        "modify_contact",
        entity_type="Contact",
    ),
    KindInfo(
        Kind.OPPORTUNITY,
        "opportunity_id",
        r"deals?|opportunit(?:y|ies)|opps?|pipeline|sales opportunit(?:y|ies)|prospective deals?",
        (
            Field("name", "name", "name", r"names?|called|titled|rename[ds]?"),
            Field(
                "stage",
                "enum",
                "stage",
                r"stages?|status(?:es)?|phase|stand(?:s|ing)?|how far|pipeline position|progress",
            ),
            Field("amount", "money", "amount", _AMOUNT),
            Field(
                "probability",
                "percent",
                "probability",
                r"probabilit(?:y|ies)|likelihood|chances?|odds|likely|confidence|win rate|close rate|"
                r"percent(?:age)?",
            ),
            Field(
                "close_date",
                "date",
                "close date",
                r"clos(?:e|ing|ure)[ -]?dates?|clos(?:e|es|ing)\b(?! (?:won|lost))|expected close|due|target "
                r"date|deadline|close by",
            ),
            Field("owner", "name", "owner", _OWNER),
            _NOTES,
        ),
        ("opportunity_search", "list_opportunities"),
        "create_new_opportunity",
        "modify_opportunity",
        ("view_opportunity_details", "opportunity_details"),
        "delete_opportunity",
        "Opportunity",
    ),
    KindInfo(
        Kind.QUOTE,
        "quote_id",
        r"quotes?|quotations?|proposals?|offers?|price quotes?|bids?",
        (
            Field("amount", "money", "amount", _AMOUNT),
            Field("status", "enum", "status", r"status(?:es)?|state|stand(?:s|ing)?"),
            Field("version", "text", "version", r"versions?|revision"),
            Field(
                "valid_until",
                "date",
                "valid until",
                r"valid(?:ity)?(?: until| till| through| to| thru)?|expir(?:e|es|y|ation|ing)(?: date)?|good "
                r"(?:until|till|through|for)|valid for|runs? out|lapses?",
            ),
            Field("quote_prefix", "text", "prefix", r"(?:quote )?prefix(?:es)?"),
        ),
        ("quote_search", "list_quotes"),
        "create_quote",
        "modify_quote",
        ("quote_details",),
        "delete_quote",
        "Quote",
    ),
    KindInfo(
        Kind.CONTRACT,
        "contract_id",
        r"contracts?|agreements?",
        (
            Field("value", "money", "value", _AMOUNT),
            Field("status", "enum", "status", r"status(?:es)?|state|stand(?:s|ing)?"),
            Field(
                "start_date",
                "date",
                "start date",
                r"start(?:s|ing)?(?: dates?| on| from)?|begin(?:s|ning)?|effective|from|in force|kicks? off|"
                r"commenc(?:es?|ing)",
            ),
            Field(
                "end_date",
                "date",
                "end date",
                r"end(?:s|ing)?(?: dates?| on)?|expir(?:e|es|y|ation|ing)|until|through|to|runs? (?:out|to|"
                r"until|through)|till",
            ),
            Field("document_url", "url", "document URL", r"url|link|document"),
        ),
        ("contract_search", "list_contracts"),
        "create_contract",
        entity_type="Contract",
    ),
    KindInfo(
        Kind.COMPANY,
        "company_id",
        r"compan(?:y|ies)|partners?|vendors?|competitors?|organi[sz]ations?|firms?",
        (
            Field("name", "name", "name", r"names?|called"),
            Field("type", "enum", "type", r"types?|kind|relationship"),
            _INDUSTRY,
            _ADDRESS,
            Field("contacts", "text", "contacts", r"contacts?|people|who (?:do we|to) (?:know|talk to|reach)"),
        ),
        ("company_search", "list_companies"),
    ),
    KindInfo(
        Kind.DOCUMENT,
        "document_id",
        r"documents?|files?|attachments?|docs?|uploads?",
        (
            Field("file_name", "file", "file name", r"file(?: ?names?)?|named|called"),
            Field("uploaded_by", "name", "uploaded by", r"uploaded by|uploader|from|on behalf of|credit(?:ed)? to"),
            Field("file_url", "url", "link", r"url|link"),
        ),
        ("document_search", "list_documents"),
        "upload_document",
    ),
    KindInfo(
        Kind.NOTE,
        "note_id",
        r"notes?|comments?|remarks?|memos?",
        (
            Field("content", "text", "text", r"content|text|says?|saying|reads?"),
            Field("created_by", "name", "author", r"author|written by|created by|by|wrote|signed"),
        ),
        ("note_search", "list_notes"),
        "add_note",
    ),
)
INFO: dict[Kind, KindInfo] = {info.kind: info for info in _INFOS}
_BY_KEY = {
    "note_id": Kind.NOTE,
    "document_id": Kind.DOCUMENT,
    "quote_id": Kind.QUOTE,
    "contract_id": Kind.CONTRACT,
    "contact_id": Kind.CONTACT,
    "opportunity_id": Kind.OPPORTUNITY,
    "company_id": Kind.COMPANY,
    "client_id": Kind.CLIENT,
}


def kind_of(columns: object) -> Kind | None:
    """The kind of a record by its key column; the most specific key wins, since rows refer to other rows."""
    keys: set[str] = set(columns) if isinstance(columns, dict) else set()
    return next((kind for key, kind in _BY_KEY.items() if key in keys), None)
