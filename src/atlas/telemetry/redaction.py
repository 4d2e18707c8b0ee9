"""Redaction: values that look like keys or passwords are masked before anything is logged or exported."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from atlas.core.json import JsonValue

MASK = "***"

_SHORTEST_KNOWN = 6
"""Known secrets shorter than this would mask ordinary words."""

_SECRET_KEY = re.compile(
    r"(apikey|accesskey|secretkey|privatekey|accesstoken|authtoken|refreshtoken|bearertoken|password|passwd"
    r"|passphrase|secret|authorization|credentials?)$"
)
"""Matched against a key in lower case with everything but letters and digits left out."""

# Every repetition that can start at many places of one text is bounded, so that no text takes quadratic time.
_KEYS = re.compile(
    r"""
      \bsk-(?=[A-Za-z_-]{0,60}[0-9])[A-Za-z0-9_-]{16,}        # OpenAI, Anthropic
    | \bAIza[A-Za-z0-9_-]{30,}                                # Google
    | \b(?:gh[pousr]_|github_pat_|glpat-)[A-Za-z0-9_-]{16,}   # GitHub, GitLab
    | \b(?:hf_|gsk_|xai-|tvly-)(?=[A-Za-z_-]{0,60}[0-9])[A-Za-z0-9_-]{12,}
    | \bxox[abeoprs]-[A-Za-z0-9-]{10,}                        # Slack
    | \b(?:AKIA|ASIA)[A-Z0-9]{16}\b                           # AWS
    | \beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{4,}   # JSON Web Token
    | -----BEGIN\ [A-Z ]{0,40}PRIVATE\ KEY-----               # whole, or cut off anywhere
      (?:[A-Za-z0-9+/=:,\s\\]|-(?!-)){0,20000} (?:-----END\ [A-Z ]{0,40}PRIVATE\ KEY-----)?
    """,
    re.VERBOSE,
)
_URL_PASSWORD = re.compile(r"(\b[a-z][a-z0-9+.-]{0,30}://[^\s:/@'\"]{0,200}:)[^\s@/'\"]{1,500}(?=@)", re.IGNORECASE)
_BEARER = re.compile(r"\b(Bearer\s+)(?=[A-Za-z._~+/=-]{0,100}[0-9])[A-Za-z0-9._~+/=-]{12,}", re.IGNORECASE)
_ASSIGNED = re.compile(
    r"""
    (?P<name> (?:api|access|secret|private)[_-]?key | (?:access|auth|refresh)[_-]?token
            | password | passwd | passphrase | client[_-]?secret | authorization )
    (?P<closing> \\*["'] )? (?P<sign> \s*[:=]\s* (?:(?:Basic|Bearer)\s+)? )
    (?: (?P<quote> \\*["'] ) (?P<quoted> .{0,10000}? ) (?<!\\) (?P=quote) | (?P<bare> [^\s,;&"'\\}\]]+ ) )
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""name=value in prose, URLs, shell lines and JSON text, escaped or not."""


@dataclass(frozen=True, slots=True)
class _Rule:
    """A pattern and what replaces it. Every match holds one of `words` in lower case: most texts hold none."""

    words: tuple[str, ...]
    pattern: re.Pattern[str]
    replacement: str | Callable[[re.Match[str]], str]

    def apply(self, text: str) -> str:
        lower = text.lower()
        return self.pattern.sub(self.replacement, text) if any(word in lower for word in self.words) else text


def _mask_assigned(found: re.Match[str]) -> str:
    start = f"{found['name']}{found['closing'] or ''}{found['sign']}"
    if found["quote"]:
        return f"{start}{found['quote']}{MASK if found['quoted'] else ''}{found['quote']}"
    # After a quoted name a bare value is JSON's number or literal, and null keeps the text JSON.
    return f"{start}null" if found["closing"] else f"{start}{MASK}"


_KEY_STARTS = (
    *(
        "sk-",
        "aiza",
        "ghp_",
        "gho_",
        "ghu_",
        "ghs_",
        "ghr_",
        "github_pat_",
        "glpat-",
        "hf_",
        "gsk_",
        "xai-",
        "tvly-",
    ),
    *("xox", "akia", "asia", "eyj", "-----begin "),
)
_ASSIGNED_NAMES = ("key", "token", "passw", "passphrase", "secret", "authorization")
_RULES = (
    _Rule(_KEY_STARTS, _KEYS, MASK),
    _Rule(("://",), _URL_PASSWORD, rf"\1{MASK}"),
    _Rule(("bearer",), _BEARER, rf"\1{MASK}"),
    _Rule(_ASSIGNED_NAMES, _ASSIGNED, _mask_assigned),
)


class Redactor:
    """Masks secrets in JSON values: by the name of a key, by the look of a text, and by the secrets it is told.

    Redacting twice changes nothing more. JSON text inside a string stays valid JSON.
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        """`secrets` are known values (keys and passwords of this run), masked wherever they occur."""
        known = {secret for secret in secrets if len(secret) >= _SHORTEST_KNOWN}
        self._known = sorted(known, key=lambda secret: (-len(secret), secret))

    def __call__(self, value: JsonValue) -> JsonValue:
        """A copy of a JSON value without secrets."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {self.text(key): self._field(key, inner) for key, inner in value.items()}
        if isinstance(value, list | tuple):
            return [self(inner) for inner in value]
        return value

    def text(self, text: str) -> str:
        """A text without secrets."""
        for secret in self._known:
            text = text.replace(secret, MASK)
        for rule in _RULES:
            text = rule.apply(text)
        return text

    def _field(self, key: str, value: JsonValue) -> JsonValue:
        if value is None or isinstance(value, bool) or value == "":
            return value
        named = _SECRET_KEY.search(re.sub("[^a-z0-9]", "", key.lower()))
        return MASK if named else self(value)
