"""Phrases of requests about clients."""

from __future__ import annotations

from atlas.datasets.generator.speech import Bank

EMAIL = Bank(
    ask=(
        "what is {client.s} e-mail address",
        "which e-mail address [do we have|is on file] for {client}",
        "what e-mail [do we use|should I use] to reach {client}",
        "at what e-mail address can I reach {client}",
    ),
    want=(
        "the [e-mail|email] address of {client}",
        "{client.s} [e-mail|email] address",
        "the general e-mail address we have on file for {client}",
    ),
    say=(
        "I have to write to {client}. What is their e-mail address?",
        "E-mail address of {client}, please.",
        "I need to send something to {client}; which e-mail address is on file?",
    ),
)

PHONE_ADDRESS = Bank(
    ask=(
        "what are the phone number and the address of {client}",
        "where is {client} located and what is their phone number",
        "what phone number and [postal|street] address [do we have|are on file] for {client}",
    ),
    want=(
        "the phone number and the address of {client}",
        "{client.s} phone number and address",
        "the address of {client} and their phone number",
        "the phone number and street address we have on file for {client}",
    ),
    say=(
        "I'm visiting {client}. What are their address and phone number?",
        "Phone and address of {client}, please.",
    ),
)

ACCOUNT = Bank(
    ask=(
        "who owns the account of {client} and what is its status",
        "what status does {client} have, and who is [its|the] account owner",
        "who looks after {client} on our side and what status are they in",
        "who is the account owner of {client}, and what status is the client in",
    ),
    want=(
        "the account owner and the status of {client}",
        "{client.s} status and account owner",
        "the status of {client} and who owns the account",
    ),
    say=(
        "Account owner and status of {client}, please.",
        "Tell me two things about {client}: the status and the account owner.",
    ),
)

INDUSTRY_COUNT = Bank(
    ask=(
        "how many clients do we have in {industry} and which ones are they",
        "which of our clients are in {industry}",
        "what clients do we have in the {industry} industry",
        "who are our clients in {industry}",
    ),
    want=(
        "the names of all clients in {industry}",
        "a list of our {industry} clients",
        "all clients in the {industry} industry",
    ),
    do=("list our clients in {industry}", "name all clients from the {industry} industry"),
    say=("I'm planning a campaign for {industry}. Which clients do we have there?",),
)

CREATE = Bank(
    do=(
        "[create|add|set up|register] a new client [called|named] {name}, e-mail {email}, status {status}{more}",
        "[create|add|enter] {name} as a new client with the e-mail {email} and status {status}{more}",
        "[add|register] {name} as a new {status} client, e-mail {email}{more}",
        "open an account for {name} with e-mail {email}, status {status}{more}",
        "[add|enter] a client record for {name}: e-mail {email}, status {status}{more}",
        "put {name} into the CRM as a {status} client, their e-mail is {email}{more}",
    ),
    say=(
        "New client: {name}, e-mail {email}, status {status}{more}.",
        "We have a new client, {name}. Their e-mail is {email} and the status is {status}{more}. Please add them.",
        "{name} just signed up. Add them as a client with status {status}, e-mail {email}{more}.",
    ),
)

SET_STATUS = Bank(
    do=(
        "[set|change|update|switch] the status of {client} to {status}",
        "[set|change|update] {client.s} status to {status}",
        "mark {client} as {status}",
        "make {client} {status}",
        "flag {client} as {status}",
        "put {client} on status {status}",
        "turn {client.s} status into {status}",
    ),
    say=(
        "{client} should have the status {status}. Please update it.",
        "The status of {client} is {status} now, please record that.",
    ),
)

SET_PHONE = Bank(
    do=(
        "[set|change|update] the phone number of {client} to {phone}",
        "[change|update] {client.s} phone number to {phone}",
        "[enter|record|save] {phone} as the phone number of {client}",
        "put {phone} as the new phone number on {client}",
        "replace the phone number of {client} with {phone}",
        "correct {client.s} phone number, it is {phone}",
    ),
    say=(
        "{client} has a new phone number: {phone}. Please update it.",
        "The phone number of {client} changed to {phone}, update it please.",
    ),
)

SET_EMAIL = Bank(
    do=(
        "[set|change|update] the e-mail [address|] of {client} to {email}",
        "[change|update] {client.s} e-mail address to {email}",
        "[enter|record|save] {email} as the e-mail of {client}",
        "replace the e-mail of {client} with {email}",
        "put {email} as the new e-mail on {client}",
        "correct {client.s} e-mail address, it is {email}",
    ),
    say=(
        "{client} has a new e-mail address: {email}. Please update it.",
        "The e-mail of {client} changed to {email}, update it please.",
    ),
)

SET_ADDRESS = Bank(
    do=(
        '[set|change|update] the address of {client} to "{address}"',
        '[change|update] {client.s} address to "{address}"',
        '[enter|record|save] "{address}" as the address of {client}',
        'replace the address of {client} with "{address}"',
        'correct {client.s} address, it is "{address}"',
        'put "{address}" as the new address on {client}',
    ),
    say=(
        '{client} has moved to "{address}". Please update the address.',
        'The new address of {client} is "{address}", update it please.',
    ),
)

SET_OWNER = Bank(
    do=(
        "[assign|reassign|hand over|transfer] the account of {client} to {owner}",
        "make {owner} the account owner of {client}",
        "[set|change|update] the account owner of {client} to {owner}",
        "[set|change] {client.s} account owner to {owner}",
        "put {owner} in charge of {client}",
        "let {owner} look after {client} from now on",
        "have {owner} take over the account of {client}",
    ),
    say=(
        "{owner} is taking over the account of {client}. Please change the owner.",
        "From today {owner} is the account owner of {client}, please record that.",
    ),
)
