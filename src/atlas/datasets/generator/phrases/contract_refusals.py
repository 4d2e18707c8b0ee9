"""Phrases of requests about contracts that must be declined."""

from __future__ import annotations

from atlas.datasets.generator.speech import Bank

EXACT_STATUS = Bank(
    do=(
        'create a contract with {client} with the status "{status}", spelled exactly like that',
        'set up a contract for {client}, status "{status}" in exactly this spelling',
        'add a new contract with {client} whose status reads "{status}", character for character',
        'enter a contract for {client} with the status "{status}" exactly as I typed it',
        'register a contract with {client}, the status being "{status}", letter for letter',
    ),
    say=(
        'New contract with {client}. The archive matches on the exact text, so its status must read "{status}".',
        'We need a contract with {client} with the status "{status}", exactly so.',
        'Please create a contract for {client} with the status "{status}", exactly as written here.',
    ),
)

OTHER_DEAL = Bank(
    do=(
        "[create|set up] a contract with {client} for {deal}, but only if that deal really belongs to this client",
        "[enter|register] a contract for {deal} with {client}, and create nothing if the deal belongs to somebody else",
        "add a contract with {client} for {deal}; if the deal is not one of theirs, leave it",
        "[draw up|record] a contract with {client} for {deal}, provided that the deal is in fact theirs",
        "open a contract for {client} on {deal}, but only if that is a deal of this client",
    ),
    say=(
        "I was told that {deal} is a deal of {client}. If so, create a contract with them for it, otherwise do nothing.",
        "New contract with {client} for {deal}. Enter it only if the deal is really with this client.",
        "Please create a contract with {client} for {deal}. If the deal is with another client, do nothing and tell me.",
    ),
)
