"""Phrases of requests about notes that must be declined."""

from __future__ import annotations

from atlas.datasets.generator.speech import Bank

BLANK = Bank(
    do=(
        "add [an empty|a blank] note to {holder}",
        "[leave|put] [an empty|a blank] note on {holder}",
        "add a note to {holder} and leave its text [empty|blank]",
        "put a note with nothing in it on {holder}",
        "create a note on {holder} with [empty|blank] text",
    ),
    say=(
        "{holder} needs a note. I have no text for it yet, so leave it [empty|blank].",
        "Please add a note to {holder}, but keep the text [empty|blank] for now.",
        "Put a note on {holder} as a reminder. Its text stays [empty|blank].",
    ),
)
