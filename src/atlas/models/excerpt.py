"""An excerpt: as much of a provider's own words as may stand in an error, without secrets."""

from __future__ import annotations

from atlas.models.config import LLMConfig

LONGEST = 300
# Shorter header values ("true", "v1") hide nothing and would tear holes into ordinary sentences.
SHORTEST_SECRET = 8


def secrets_of(config: LLMConfig, api_key: str | None) -> tuple[str, ...]:
    """What must never be quoted: the key, and every longer word of the configured headers."""
    words = (word for value in config.additional_headers.values() for word in value.split())
    found = {word for word in words if len(word) >= SHORTEST_SECRET} | ({api_key} if api_key else set())
    return tuple(sorted(found, key=lambda secret: (-len(secret), secret)))


def excerpt(text: str, secrets: tuple[str, ...]) -> str:
    """`text` on one line, at most `LONGEST` characters, with "[secret]" for every secret in it."""
    for secret in secrets:
        text = text.replace(secret, "[secret]")
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else line[: LONGEST - 3] + "..."
