"""Phrases of requests about contacts."""

from __future__ import annotations

from atlas.datasets.generator.speech import Bank

EMAIL = Bank(
    ask=(
        "what is {contact.s} e-mail address",
        "which e-mail address [do we have|is on file] for {contact}",
        "at what e-mail address can I reach {contact}",
        "how do I reach {contact} by e-mail",
    ),
    want=(
        "the [e-mail|email] address of {contact}",
        "{contact.s} [e-mail|email] address",
        "the e-mail we have for {contact}",
    ),
    say=(
        "I have to write to {contact}. Which e-mail address should I use?",
        "E-mail address of {contact}, please.",
    ),
)

PHONE = Bank(
    ask=(
        "what is {contact.s} phone number",
        "which phone number [do we have|is on file] for {contact}",
        "at what number can I call {contact}",
        "what number do I dial for {contact}",
    ),
    want=("the phone number of {contact}", "{contact.s} phone number", "the number to call {contact} at"),
    say=(
        "I need to call {contact}. What is the number?",
        "Phone number of {contact}, please.",
    ),
)

TITLE = Bank(
    ask=(
        "what is {contact.s} job title",
        "what job title [do we have|is on file] for {contact}",
        "what is {contact.s} title and which client is this person with",
        "what position does {contact} hold",
    ),
    want=(
        "the [job title|title] of {contact}",
        "{contact.s} [job title|title]",
        "the position we have on file for {contact}",
    ),
    say=("Before I meet {contact}: what is the job title?", "Job title of {contact}, please."),
)

WHO_IS = Bank(
    ask=(
        "who is the {title} at {client} and what is their e-mail",
        "who holds the title {title} at {client}, and which e-mail do we have for that person",
        "which contact at {client} is the {title}, and how can I reach them by e-mail",
    ),
    want=(
        "the name and e-mail of the {title} at {client}",
        "{client.s} {title}: name and e-mail address",
        "the {title} of {client}, with e-mail address",
    ),
    say=(
        "I need to reach the {title} at {client}. Who is it and what is the e-mail?",
        "Find the {title} at {client} for me, name and e-mail please.",
    ),
)

LIST = Bank(
    do=(
        "list the contacts at {client}",
        "list everybody we know at {client}",
        "name all contacts of {client}",
        "show me the contacts we have at {client}",
    ),
    ask=(
        "who are our contacts at {client}",
        "which people do we know at {client}",
        "what contacts do we have at {client}",
    ),
    want=("the names of all contacts at {client}", "a list of our contacts at {client}"),
)

CREATE = Bank(
    do=(
        "[add|create|enter] {name} as a [new contact|contact] at {client}{more}",
        "[add|create|set up] a [new contact|contact] for {client}: {name}{more}",
        "[register|save] {name} as a contact of {client}{more}",
        "put {name} down as a contact for {client}{more}",
        "[create|enter] a contact record for {name} at {client}{more}",
        "add a person to {client.s} contacts: {name}{more}",
    ),
    say=(
        "New contact at {client}: {name}{more}.",
        "I met {name} from {client} today{more}. Please add a contact.",
        "{client} has a new contact person, {name}{more}. Please add them.",
    ),
)

SET_TITLE = Bank(
    do=(
        "[set|change|update] {contact.s} [job title|title] to {title}",
        "[set|change|update] the [job title|title] of {contact} to {title}",
        "[enter|record] {title} as the job title of {contact}",
        "list {contact} as {title}",
        "correct {contact.s} title, it is {title}",
    ),
    say=(
        "{contact.s} new title is {title}. Please update it.",
        "Please update the contact: {contact.s} job title is {title} now.",
        "There was a promotion: {contact.s} title is now {title}. Please record it.",
    ),
)

SET_PHONE = Bank(
    do=(
        "[set|change|update] {contact.s} phone number to {phone}",
        "[set|change|update] the phone number of {contact} to {phone}",
        "[enter|record|save] {phone} as the phone number of {contact}",
        "replace {contact.s} phone number with {phone}",
        "correct {contact.s} number, it is {phone}",
    ),
    say=(
        "{contact.s} new phone number is {phone}. Please update it.",
        "The phone number of {contact} changed to {phone}, update it please.",
        "There is a new number for {contact}: {phone}. Please save it.",
    ),
)

SET_EMAIL = Bank(
    do=(
        "[set|change|update] {contact.s} e-mail [address|] to {email}",
        "[set|change|update] the e-mail of {contact} to {email}",
        "[enter|record|save] {email} as the e-mail of {contact}",
        "replace {contact.s} e-mail with {email}",
        "correct {contact.s} e-mail address, it is {email}",
    ),
    say=(
        "{contact.s} new e-mail is {email}. Please update it.",
        "The e-mail of {contact} changed to {email}, update it please.",
        "There is a new e-mail address for {contact}: {email}. Please save it.",
    ),
)
