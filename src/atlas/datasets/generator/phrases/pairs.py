"""Phrases of requests in two parts: how each part is said first and how it follows on, put together."""

from __future__ import annotations

from collections.abc import Mapping

from atlas.datasets.generator.speech import Bank

DEAL_FIRST = {
    "stage": (
        "[move|take] {record} to {value}",
        "[set|change|update] the stage of {record} to {value}",
        "put {record} into {value}",
    ),
    "amount": (
        "[set|change|update] the amount of {record} to {value}",
        "[set|change] {record.s} amount to {value}",
        "reprice {record} at {value}",
    ),
    "probability": (
        "[set|change|update] the [probability|win probability] of {record} to {value}",
        "[set|change] {record.s} probability to {value}",
    ),
    "close_date": (
        "[move|change|set] the close date of {record} to {value}",
        "reschedule {record} to close on {value}",
        "[change|set] {record.s} close date to {value}",
    ),
    "owner": (
        "[assign|reassign|transfer] {record} to {value}",
        "make {value} the owner of {record}",
        "give {record} to {value}",
    ),
}
DEAL_NEXT = {
    "stage": ("move it to {then}", "[set|change] its stage to {then}", "put it into {then}"),
    "amount": ("[set|change] its amount to {then}", "[set|change] the amount to {then}"),
    "probability": ("[set|change] its probability to {then}", "[set|change] the probability to {then}"),
    "close_date": ("[move|set|change] its close date to {then}", "[move|change] the close date to {then}"),
    "owner": ("assign it to {then}", "make {then} the owner", "[set|change] the owner to {then}"),
}
DEAL_ASKED = {
    "stage": ("[tell me|let me know] [what|which] stage it is in", "tell me its stage"),
    "amount": ("[tell me|let me know] how much it is worth", "tell me its amount"),
    "probability": ("[tell me|let me know] its win probability", "tell me what its probability is"),
    "close_date": ("[tell me|let me know] when it closes", "tell me its close date"),
    "owner": ("[tell me|let me know] who owns it", "tell me who the owner is"),
}
QUOTE_FIRST = {
    "status": ("mark {record} as {value}", "[set|change|update] the status of {record} to {value}"),
    "amount": (
        "[set|change|update] the amount of {record} to {value}",
        "[set|change] {record.s} amount to {value}",
    ),
    "valid_until": ("extend {record} to {value}", "[set|move] the expiry date of {record} to {value}"),
}
QUOTE_NEXT = {
    "status": ("mark it as {then}", "[set|change] its status to {then}", "change the status to {then}"),
    "amount": ("[set|change] its amount to {then}", "[set|change] the amount to {then}"),
    "valid_until": ("extend it to {then}", "[set|move] its expiry date to {then}"),
}
CLIENT_FIRST = {
    "status": ("mark {record} as {value}", "[set|change|update] the status of {record} to {value}"),
    "phone": (
        "[set|change|update] the phone number of {record} to {value}",
        "[change|update] {record.s} phone number to {value}",
    ),
    "address": (
        "[set|change|update] the address of {record} to {value}",
        "[change|update] {record.s} address to {value}",
    ),
    "owner": (
        "make {value} the account owner of {record}",
        "[set|change] the account owner of {record} to {value}",
    ),
}
CLIENT_NEXT = {
    "status": ("[set|change] its status to {then}", "change the status to {then}"),
    "phone": ("[set|change] its phone number to {then}", "change the phone number to {then}"),
    "address": ("[set|change] its address to {then}", "change the address to {then}"),
    "owner": ("make {then} the account owner", "[set|change] the account owner to {then}"),
}
CONTACT_FIRST = {
    "title": (
        "[set|change|update] the job title of {record} to {value}",
        "[change|set] {record.s} title to {value}",
    ),
    "phone": (
        "[set|change|update] the phone number of {record} to {value}",
        "[change|set] {record.s} phone number to {value}",
    ),
}
CONTACT_NEXT = {
    "title": ("[set|change] the job title to {then}", "change the title to {then}"),
    "phone": ("[set|change] the phone number to {then}", "update the phone number to {then}"),
}
"""What is asked for, by column: of a record named in the same breath, or of the one just named."""

_JOINED = ("{0} and {1}", "{0}, and {1}", "{0}, then {1}", "{0} and also {1}", "{0}, and then {1}")
_APART = ("{0}, please. Also {1}.", "Two things: {0} and {1}.", "{0}. Then {1}.", "Please {0}. And {1}, please.")

MOVE_BOTH = Bank(
    do=(
        "[move|take] {one} to {value} and {other} to {then}",
        "move {one} to {value} and put {other} into {then}",
        "set the stage of {one} to {value} and the stage of {other} to {then}",
        "put {one} into {value}, and move {other} to {then}",
        "move {one} to {value}, then [move|take] {other} to {then}",
        "change the stage of {one} to {value} and also move {other} to {then}",
    ),
    say=(
        "Two deals have moved: {one} to {value} and {other} to {then}. Please update both.",
        "Please move {one} to {value}. And move {other} to {then}, please.",
        "Two updates: move {one} to {value} and {other} to {then}.",
    ),
)


def pair(first: Mapping[str, tuple[str, ...]], second: Mapping[str, tuple[str, ...]], one: str, other: str) -> Bank:
    """The ways to ask for column `one` first and for `other` after it."""
    parts = [(head, tail) for head in first[one] for tail in second[other]]
    return Bank(
        do=tuple(join.format(head, tail) for head, tail in parts for join in _JOINED),
        say=tuple(join.format(head, tail) for head, tail in parts for join in _APART),
    )
