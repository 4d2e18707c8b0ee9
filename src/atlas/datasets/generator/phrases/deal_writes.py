"""Phrases of requests that create or change deals."""

from __future__ import annotations

from atlas.datasets.generator.speech import Bank

MOVE_STAGE = Bank(
    do=(
        "[move|advance|shift|take] {deal} to {stage}",
        "[move|bump|put] {deal} into {stage}",
        "[set|change|update|switch] the stage of {deal} to {stage}",
        "[set|change|update] {deal.s} stage to {stage}",
        "mark {deal} as being in {stage}",
        "put {deal} in the {stage} stage",
        "update {deal} so that it is in {stage}",
        "have {deal} moved to the {stage} stage",
    ),
    say=(
        "{deal} is now in {stage}. Update the record, please.",
        "We have reached the {stage} stage on {deal}, please update the record.",
    ),
)

SET_AMOUNT = Bank(
    do=(
        "[set|change|update|adjust] the amount of {deal} to {amount}",
        "[set|change|update|correct] {deal.s} amount to {amount}",
        "[change|revise] the value of {deal} to {amount}",
        "put {amount} as the amount on {deal}",
        "make {deal} worth {amount}",
        "[update|edit] {deal}: the amount is {amount} now",
        "enter {amount} as the new value of {deal}",
        "reprice {deal} at {amount}",
    ),
    say=(
        "The amount on {deal} is wrong, it should be {amount}. Please fix it.",
        "{deal} is worth {amount} now. Please update the amount.",
    ),
)

SET_ODDS = Bank(
    do=(
        "[set|change|update|put] the [probability|win probability] of {deal} to {odds}",
        "[set|change|update] {deal.s} probability to {odds}",
        "put {deal} at {odds} probability",
        "change our odds on {deal} to {odds}",
        "[update|adjust] the win chance of {deal} to {odds}",
        "record a probability of {odds} for {deal}",
        "enter {odds} as the probability on {deal}",
        "mark {deal} as {odds} likely",
    ),
    say=(
        "I'd now give {deal} a probability of {odds}. Please update it.",
        "Probability on {deal} should read {odds}.",
    ),
)

SET_CLOSE = Bank(
    do=(
        "[move|change|set|update|shift] the close date of {deal} to {day}",
        "[change|set|update] {deal.s} close date to {day}",
        "[move|reschedule|postpone] the closing of {deal} to {day}",
        "put {day} as the close date on {deal}",
        "reschedule {deal} to close on {day}",
        "plan {deal} to close by {day}",
        "enter {day} as the expected close date of {deal}",
        "[update|edit] {deal}: it closes on {day}",
    ),
    say=(
        "{deal} now closes on {day}. Please update it.",
        "The close date for {deal} has changed to {day}, update it please.",
    ),
)

PUSH_CLOSE = Bank(
    do=(
        "[push|move] the close date of {deal} back by {weeks} weeks",
        "[push|delay|postpone] the closing of {deal} by {weeks} weeks",
        "[push|move] {deal.s} close date out by {weeks} weeks",
        "postpone {deal.s} close date by {weeks} weeks",
        "extend the close date of {deal} by {weeks} weeks from what it is now",
        "make {deal} close {weeks} weeks later than planned",
        "shift the close date on {deal} {weeks} weeks later",
        "add {weeks} weeks to {deal.s} close date",
    ),
    say=(
        "{deal} slips by {weeks} weeks. Move its close date accordingly and tell me the new date.",
        "The customer needs {weeks} more weeks on {deal}. Please push the close date back by that.",
    ),
)

RAISE_AMOUNT = Bank(
    do=(
        "[raise|increase|bump up] the amount of {deal} by {percent} and tell me the new amount",
        "[raise|increase] {deal.s} amount by {percent} and give me the [new figure|result]",
        "add {percent} to the amount of {deal} and tell me what it comes to",
        "put {percent} on top of {deal.s} amount and tell me the new value",
    ),
    say=(
        "The amount of {deal} goes up by {percent}. Update it and tell me the new amount.",
        "They added scope to {deal}: {percent} more than now. Update the amount and tell me what it is then.",
        "{deal} should be {percent} higher. Change the amount and give me the new figure.",
        "Please make {deal} {percent} more expensive and tell me the resulting amount.",
    ),
)

CUT_AMOUNT = Bank(
    do=(
        "[cut|reduce|lower] the amount of {deal} by {percent} and tell me the new amount",
        "[cut|reduce] {deal.s} amount by {percent} and give me the [new figure|result]",
        "take {percent} off the amount of {deal} and tell me what it comes to",
        "discount {deal} by {percent} and tell me the new amount",
    ),
    say=(
        "The amount of {deal} goes down by {percent}. Update it and tell me the new amount.",
        "We agreed a discount of {percent} on {deal}. Lower the amount and tell me what it is then.",
        "{deal} should be {percent} lower. Change the amount and give me the new figure.",
        "Please make {deal} {percent} cheaper and tell me the resulting amount.",
    ),
)

SET_OWNER = Bank(
    do=(
        "[assign|reassign|hand over|transfer] {deal} to {owner}",
        "[make|name] {owner} the owner of {deal}",
        "[set|change|update] the owner of {deal} to {owner}",
        "[set|change] {deal.s} owner to {owner}",
        "put {owner} in charge of {deal}",
        "give {deal} to {owner}",
        "let {owner} own {deal} from now on",
        "have {owner} take over {deal}",
    ),
    say=(
        "{owner} is taking over {deal}. Please change the owner.",
        "{deal} now belongs to {owner}, update the owner please.",
    ),
)

RENAME = Bank(
    do=(
        "rename {deal} to {new}",
        "[change|update|set] the name of {deal} to {new}",
        "[change|update] {deal.s} name to {new}",
        "give {deal} the new name {new}",
        "call {deal} {new} from now on",
        "retitle {deal} as {new}",
        "edit the name of {deal} so that it reads {new}",
    ),
    say=(
        "{deal} should be called {new}. Please rename it.",
        "The name of {deal} changes to {new}, please update it.",
    ),
)

CLOSE_WON = Bank(
    do=(
        "[mark|set|close|book] {deal} as [won|closed won]",
        "move {deal} to closed won",
        "close {deal} as a win",
        "set {deal.s} stage to closed won",
        "update {deal}: it is closed won",
        "record that we won {deal} and close it",
    ),
    say=(
        "We won {deal}! Please close it as won.",
        "{deal} has been signed. Move it to closed won.",
        "Good news, {deal} came through. Mark it closed won.",
    ),
)

CLOSE_LOST = Bank(
    do=(
        "[mark|set|close|book] {deal} as [lost|closed lost]",
        "move {deal} to closed lost",
        "close {deal} as a loss",
        "set {deal.s} stage to closed lost",
        "update {deal}: it is closed lost",
        "record that we lost {deal} and close it",
    ),
    say=(
        "We lost {deal}. Please close it as lost.",
        "They went with somebody else on {deal}. Move it to closed lost.",
        "{deal} fell through, mark it closed lost.",
    ),
)

CREATE = Bank(
    do=(
        "[create|open|add|set up] a new [deal|opportunity] [called|named] {name} for {client}, worth {amount}, in {stage}{more}",
        "[create|open|add|register] [a deal|an opportunity] for {client} [called|named] {name} in {stage} with an amount of {amount}{more}",
        "[log|enter|record] a {amount} [deal|opportunity] for {client}, name {name}, stage {stage}{more}",
        "add {name} as a new deal for {client} at {amount} in the {stage} stage{more}",
        "start a [deal|new deal] with {client}: {name}, {amount}, stage {stage}{more}",
        "put a new opportunity {name} on {client} for {amount} in {stage}{more}",
        "open {name} as a {stage} deal for {client}, amount {amount}{more}",
    ),
    say=(
        "New deal for {client}: {name}, {amount}, stage {stage}{more}.",
        "{client} wants to talk about a new project. Create a deal [called|named] {name} for {amount} in {stage}{more}.",
        "We have a new opportunity with {client}. Name it {name}, amount {amount}, stage {stage}{more}.",
    ),
)

CLONE = Bank(
    do=(
        "[clone|duplicate|copy] {deal}",
        "make a [copy|clone|duplicate] of {deal}",
        "create a [copy|clone|duplicate] of {deal}",
        "set up a copy of {deal} as a new deal",
        "clone {deal} so that we can use it as a template",
        "duplicate {deal} as it is",
        "[clone|copy] {deal} for the next round",
        "produce an identical copy of {deal}",
    ),
    say=("I need a second version of {deal}. Please clone it.", "We need {deal} twice, so duplicate it please."),
)

DELETE = Bank(
    do=(
        "[delete|remove|erase] {deal}",
        "[delete|remove] {deal} from the CRM",
        "get rid of {deal} completely",
        "drop {deal} from the system",
        "take {deal} out of the CRM, it was entered by mistake",
        "permanently [delete|remove] {deal}",
    ),
    say=(
        "{deal} was entered by mistake. Please delete it.",
        "{deal} is a duplicate, remove it please.",
        "We no longer need {deal} in the system, so delete it.",
    ),
)
