"""Phrases of requests that change several things of deals at once."""

from __future__ import annotations

from atlas.datasets.generator.speech import Bank

REWORK = Bank(
    do=(
        "move {deal} to {stage}, set it to {amount} and give it to {owner}",
        "move {deal} to {stage}, set its amount to {amount} and assign it to {owner}",
        "[set|put] {deal} to stage {stage}, amount {amount}, owner {owner}",
        "update {deal}: stage {stage}, amount {amount}, owner {owner}",
        "change three things on {deal}: the stage to {stage}, the amount to {amount} and the owner to {owner}",
        "assign {deal} to {owner}, move it to {stage} and change the amount to {amount}",
        "change the amount of {deal} to {amount}, its stage to {stage} and its owner to {owner}",
        "put {deal} into {stage} at {amount}, with {owner} as the owner",
    ),
    say=(
        "Three changes on {deal}, please: stage {stage}, amount {amount}, owner {owner}.",
        "{owner} takes over {deal}. Move it to {stage} and set the amount to {amount}.",
        "Please update {deal}. Set the stage to {stage}, the amount to {amount} and the owner to {owner}.",
    ),
)

FORECAST = Bank(
    do=(
        "move {deal} to {stage}, set the probability to {odds} and the close date to {day}",
        "update {deal}: stage {stage}, probability {odds}, close date {day}",
        "change three things on {deal}: the stage to {stage}, the probability to {odds} and the close date to {day}",
        "set the close date of {deal} to {day}, its probability to {odds} and its stage to {stage}",
        "put {deal} into {stage} with a probability of {odds} and a close date of {day}",
        "set {deal} to the {stage} stage with {odds} probability, closing on {day}",
        "change the probability of {deal} to {odds}, move it to {stage} and move its close date to {day}",
    ),
    say=(
        "Forecast update for {deal}: stage {stage}, probability {odds}, close date {day}.",
        "Please update {deal}. Set the stage to {stage}, the probability to {odds} and the close date to {day}.",
        "New forecast for {deal}, please: move it to {stage}, set it to {odds} probability and let it close on {day}.",
    ),
)

MOVE_AND_QUOTE = Bank(
    do=(
        "move {deal} to {stage} and create a {status} quote over {amount} for it",
        "[set|change] the stage of {deal} to {stage} and draft a quote for {amount} with status {status}",
        "put {deal} into {stage}, then create a {status} quote of {amount} for it",
        "move {deal} to {stage}, and then add a quote over {amount} in status {status} to it",
        "advance {deal} to {stage} and also prepare a {status} quote for it at {amount}",
        "take {deal} to {stage} and add a {status} quote of {amount}",
    ),
    say=(
        "{deal} goes to {stage}. Please update it and create a {status} quote over {amount} for it.",
        "Move {deal} to {stage}, please. Then create a {status} quote over {amount} for it.",
        "Two things on {deal}: move it to {stage} and create a {status} quote over {amount} for it.",
    ),
)

RAISE_AND_QUOTE = Bank(
    do=(
        "raise the amount of {deal} by {percent} and create a {status} quote over the new amount",
        "increase {deal.s} amount by {percent}, then create a {status} quote for the new deal amount",
        "raise {deal} by {percent} and add a {status} quote at the new amount to it",
        "increase the amount of {deal} by {percent} and also draft a quote over the new amount, status {status}",
        "put the amount of {deal} up by {percent} and create a {status} quote over the new amount for it",
    ),
    say=(
        "{deal} grows by {percent}. Raise the amount and create a {status} quote over the new amount.",
        "Raise the amount of {deal} by {percent}, please. Then create a {status} quote over the new amount.",
        "Two things on {deal}: raise the amount by {percent} and create a {status} quote over the new amount.",
    ),
)

MATCH_QUOTE = Bank(
    do=(
        "set the amount of {deal} to the amount of its {version} quote",
        "change {deal.s} amount to that of its {version} quote",
        "set the amount of {deal} to what its {version} quote says",
        "put the amount of {deal} in line with its {version} quote",
        "make the amount of {deal} equal to the amount of its quote {version}",
        "update {deal} so that its amount matches its {version} quote",
    ),
    say=("{deal} should have the same amount as its {version} quote. Please update the deal.",),
)

SAME_DAY = Bank(
    do=(
        "set the close date of {deal} to the close date of {other}",
        "move the close date of {deal} to the day {other} closes",
        "change {deal.s} close date to that of {other}",
        "give {deal} the same close date as {other}",
        "let {deal} close on the same day as {other}",
        "reschedule {deal} to close on the same date as {other}",
    ),
    say=(
        "{deal} should close on the same day as {other}. Please change its close date.",
        "They sign both together. Set the close date of {deal} to that of {other}.",
    ),
)

HAND_OVER = Bank(
    do=(
        "give all open deals of {client} to {owner}",
        "assign every open deal of {client} to {owner}",
        "[assign|reassign|transfer] all open deals with {client} to {owner}",
        "make {owner} the owner of all open deals of {client}",
        "change the owner of every open deal of {client} to {owner}",
        "hand all open deals of {client} over to {owner}",
    ),
    say=(
        "{owner} takes over all open deals of {client}. Please change the owner.",
        "{owner} is the new owner of all open deals of {client}. Please update them.",
    ),
)
