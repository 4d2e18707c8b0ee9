"""Phrases of requests that only make sense to be declined."""

from __future__ import annotations

from atlas.datasets.generator.speech import Bank

EXACT_STAGE = Bank(
    do=(
        'set the stage of {deal} to "{stage}", spelled exactly like that',
        'change {deal.s} stage to "{stage}" in exactly this spelling',
        'put "{stage}" as the stage of {deal}, character for character',
        'enter the stage "{stage}" on {deal} exactly as I typed it',
        'update the stage of {deal} to "{stage}", letter for letter',
    ),
    say=(
        'The report matches on the exact text, so {deal.s} stage must read "{stage}".',
        'For the export I need {deal} to show the stage "{stage}", exactly so.',
        'Our interface wants the stage "{stage}" on {deal}, exactly as written here.',
    ),
)

EXACT_STATUS = Bank(
    do=(
        'set the status of {client} to "{status}", spelled exactly like that',
        'change {client.s} status to "{status}" in exactly this spelling',
        'put "{status}" as the status of {client}, character for character',
        'enter the status "{status}" on {client} exactly as I typed it',
        'update the status of {client} to "{status}", letter for letter',
    ),
    say=(
        'The mailing tool matches on the exact text, so {client.s} status must read "{status}".',
        'For the export I need {client} to show the status "{status}", exactly so.',
        'Our interface wants the status "{status}" on {client}, exactly as written here.',
    ),
)

NO_AMOUNT = Bank(
    do=(
        "[create|open|add] a deal [called|named] {name} for {client} in {stage}, and leave the amount empty",
        "[add|open] {name} as a new {stage} deal for {client} without any amount",
        "[set up|register] the deal {name} for {client}, stage {stage}, with no amount for now",
        "log a new opportunity {name} with {client} in {stage}, amount still open, so leave it out",
    ),
    say=(
        "New deal for {client}: {name}, stage {stage}. There is no amount yet, so leave that field empty.",
        "We have no figures yet, but open {name} for {client} in {stage} with an empty amount.",
        "Please create the deal {name} for {client}, stage {stage}. Do not put in any amount.",
        "{client} may buy something: create the deal {name} in {stage} and keep the amount blank.",
    ),
)

NO_EMAIL = Bank(
    do=(
        "[create|add|register] {name} as a new {status} client; we have no e-mail address for them",
        "[add|enter] the client {name}, status {status}, without an e-mail address",
        "[set up|open] a client record for {name} with status {status} and leave the e-mail empty",
        "put {name} into the CRM as a {status} client, e-mail unknown, so leave it out",
    ),
    say=(
        "New client: {name}, status {status}. They gave no e-mail, so leave that empty.",
        "Please add {name} as a client with status {status}. There is no e-mail address yet.",
        "{name} wants to become a client. Create the record with status {status} and no e-mail.",
        "We met {name} at a fair. Add them as {status}; I have no e-mail address to give you.",
    ),
)

CLEAR_NAME = Bank(
    do=(
        "clear the name of {record} and leave it blank",
        "remove {record.s} name so that the field is empty",
        "make the name of {record} empty",
        "blank out the name field of {record}",
        "delete the name of {record}, the field should be empty",
    ),
    say=(
        "The name of {record} is confidential now. Please empty the name field.",
        "I don't want a name on {record} any more, leave it blank.",
    ),
)

EXTRA_DEAL_FIELD = Bank(
    do=(
        "set the {field} of {deal} to {value}",
        "change {deal.s} {field} to {value}",
        "put {value} into the {field} field of {deal}",
        "record the {field} {value} on {deal}",
        "fill in the {field} of {deal}: {value}",
        "update {deal} with {field} {value}",
    ),
    say=(
        "{deal.s} {field} is {value}. Please store that in its own field.",
        "The {field} field of {deal} should say {value}.",
    ),
)

EXTRA_CLIENT_FIELD = Bank(
    do=(
        "[create|add] a new client {name}, e-mail {email}, status {status}, {field} {value}; don't create it if the {field} cannot be stored",
        "[add|register] {name} as a {status} client with e-mail {email} and the {field} {value}, but only if there is a field for the {field}",
        "[create|enter] the client {name}, {email}, {status}, with {field} {value}; without the {field} I don't want the record",
        "set up {name} as a client (e-mail {email}, status {status}, {field} {value}), all of it or nothing",
    ),
    say=(
        "New client {name}, e-mail {email}, status {status}, {field} {value}. All or nothing, please: no record without the {field}.",
        "Please add {name}: e-mail {email}, status {status}, {field} {value}. If the {field} has no field of its own, leave it.",
        "{name} joins us as a {status} client, e-mail {email}. The {field} is {value} and has to be in the record, else do not create it.",
        "Add the client {name} ({email}), status {status}. Its {field} {value} must be stored too, otherwise skip it.",
    ),
)

WRONG_HOME = Bank(
    do=(
        "[set|change] the phone number of {contact} at {client} to {phone}, but only if that is really where {contact} works",
        "update {client.s} contact {contact} with the phone number {phone}, and leave it if {contact} is not one of their contacts",
        "enter {phone} as the number of {contact} at {client}; if {contact} is not with them, change nothing",
        "save {phone} for {contact} of {client}, provided that {contact} is in fact listed there",
    ),
    say=(
        "{contact} at {client} has a new number, {phone}. Update it only if {contact} is listed under {client}.",
        "I was told {contact} from {client} can now be reached at {phone}. Change it only if {contact} is really a contact of {client}.",
        "Please give {contact} at {client} the phone number {phone}. If {contact} belongs to another client, do nothing and tell me.",
        "New number for {contact} ({client}): {phone}. Don't touch it if {contact} is not a contact of {client}.",
    ),
)

QUOTE_AMOUNT = Bank(
    do=(
        "[set|change|update] the amount of {quote} to {amount}",
        "[set|change|update] {quote.s} amount to {amount}",
        "enter {amount} as the amount of {quote}",
        "put {amount} as the amount on {quote}",
        "replace the amount of {quote} with {amount}",
        "make the amount of {quote} {amount}",
    ),
    say=(
        "The amount of {quote} should be {amount}. Please update it.",
        "{quote.s} amount changes to {amount}. Please record that.",
    ),
)
