"""Phrases of requests about the CRM as a whole."""

from __future__ import annotations

from atlas.datasets.generator.speech import Bank

COUNTS = Bank(
    ask=(
        "how many {kinds} are there in the CRM",
        "how many {kinds} do we have in the CRM [altogether|in all|]",
        "how many {kinds} does the CRM hold",
        "what are the numbers of {kinds} in the CRM",
    ),
    want=("the number of {kinds} in the CRM", "the record counts for {kinds} in the CRM"),
    do=(
        "count the {kinds} in the CRM",
        "tell me how many {kinds} we have in the CRM",
    ),
    say=("For the monthly report: how many {kinds} are in the CRM?",),
)

DEAL_TOTAL = Bank(
    ask=(
        "how many deals do we have in the CRM, open and closed, and what is their total amount",
        "how many deals are there across all clients, closed ones included, and what do they add up to",
        "what is the total amount of all deals in the CRM, open or closed, and how many are there",
        "what do all our deals together amount to, closed ones included, and how many are there",
    ),
    want=(
        "the number and the total amount of all deals in the CRM, closed ones included",
        "the total of all deals across all clients, open and closed, and how many there are",
    ),
    do=(
        "count all deals in the CRM, open and closed, and tell me their total amount",
        "add up all deals across all clients, closed ones included, and tell me how many there are",
    ),
)

BUSIEST_OWNER = Bank(
    ask=(
        "who owns the most deals, open and closed, and how many is that",
        "which colleague owns the largest number of deals, closed ones included, and how many are there",
        "who has the most deals to their name, open or closed, and how many",
        "which owner has the highest number of deals in the CRM, closed ones included, and what is that number",
    ),
    want=(
        "the owner with the most deals, open and closed, and the number",
        "the name of the colleague who owns the most deals, closed ones included, and how many",
    ),
    do=(
        "find out who owns the most deals, open and closed, and tell me how many",
        "check which colleague owns the most deals, closed ones included, and tell me the number",
    ),
)

CLIENTS_WITH_STATUS = Bank(
    ask=(
        "which of our clients are {status}",
        "which clients have the status {status}",
        "what clients are there with the status {status}",
        "who are our {status} clients",
    ),
    want=("the names of all {status} clients", "a list of the clients with the status {status}"),
    do=("list all {status} clients", "name the clients that have the status {status}"),
    say=("I'm going through the accounts. Which clients have the status {status}?",),
)

CLIENTS_OF_OWNER = Bank(
    ask=(
        "which clients does {person} look after",
        "which accounts are owned by {person}",
        "what clients have {person} as their account owner",
        "whose account owner is {person}: which clients",
    ),
    want=("the names of the clients that {person} looks after", "all clients with {person} as the account owner"),
    do=("list the clients owned by {person}", "name all accounts that {person} looks after"),
)

CONTACTS_WITH_TITLE = Bank(
    ask=(
        "which of our contacts have the title {title}",
        "who among all our contacts is {title}",
        "which contacts in the CRM hold the title {title}",
        "what contacts do we have with the job title {title}",
    ),
    want=("the names of all contacts with the title {title}", "every contact in the CRM with the title {title}"),
    do=("list all contacts with the title {title}", "name every contact in the CRM who is {title}"),
)

LARGEST_DEAL = Bank(
    ask=(
        "what is the largest open deal in the whole CRM, and what is it worth",
        "which open deal is the biggest of all, across all clients, and at what amount",
        "across all clients, which open deal has the highest amount, and how much is it",
        "of all our open deals, which one is worth the most, and how much",
    ),
    want=(
        "the largest open deal across all clients, with its amount",
        "the name and the amount of the biggest open deal in the CRM",
    ),
    do=(
        "find the largest open deal across all clients and tell me its name and amount",
        "look up which of all our open deals is the biggest and give me its amount",
    ),
)

NEXT_DEAL = Bank(
    ask=(
        "which open deal across all clients closes first, and when",
        "of all our open deals, which one is the next to close, and on what date",
        "what is the next open deal to close in the whole CRM, and when",
        "across all clients, which open deal has the earliest close date, and what is that date",
    ),
    want=(
        "the next open deal to close across all clients, with its close date",
        "the name and the close date of the open deal that closes first of all",
    ),
    do=(
        "find the open deal that closes first across all clients and tell me its name and close date",
        "look up which of all our open deals closes first and give me the close date",
    ),
)

QUOTES_WITH_STATUS = Bank(
    ask=(
        "how many {status} quotes do we have across all deals, and what is their total",
        "how many of all our quotes have the status {status}, and what do they add up to",
        "across all deals, how many quotes are in status {status} and what is their total amount",
        "what is the total of all quotes with the status {status}, and how many are there",
    ),
    want=(
        "the number and the total amount of all {status} quotes in the CRM",
        "the total of all quotes with the status {status} and how many there are",
    ),
    do=(
        "count all quotes in the CRM with the status {status} and tell me their total amount",
        "add up all {status} quotes across all deals and tell me how many there are",
    ),
)

TWO_QUOTES = Bank(
    do=(
        "add up the {one} and {other} quotes on {deal} and tell me the total and the status of each",
        "put quotes {one} and {other} of {deal} next to each other: what statuses do they have and what is their sum",
        "look at the {one} and {other} quotes for {deal} and tell me both statuses and the total amount",
    ),
    ask=(
        "what do the {one} and {other} quotes on {deal} come to together, and what is the status of each",
        "what is the total of quotes {one} and {other} on {deal}, and what statuses are they in",
        "what are the statuses and the combined amount of the {one} and {other} quotes for {deal}",
    ),
    want=(
        "the total of the {one} and {other} quotes on {deal} and their statuses",
        "the statuses and the combined amount of quotes {one} and {other} on {deal}",
    ),
)

DETAILS = Bank(
    ask=(
        "what are the stage, the amount, the probability and the owner of {deal}",
        "what do we have on {deal}: stage, amount, probability and owner",
        "who owns {deal}, what stage is it in, what is it worth and how likely is it",
    ),
    want=(
        "the stage, amount, probability and owner of {deal}",
        "the details of {deal}: stage, amount, probability, owner",
        "the stage, the owner, the amount and the probability of {deal}",
    ),
    do=(
        "pull up the details of {deal}: stage, amount, probability and owner",
        "look up {deal} and tell me its stage, amount, probability and owner",
    ),
)

ENSURE = Bank(
    do=(
        "make sure that there is a client with the e-mail {email}; if there is none, create {name} with status {status}",
        "make sure {name} ({email}) is in the CRM, and add it as a {status} client if no client has that e-mail",
        "check whether a client with the e-mail {email} exists, and if not, create {name} as a {status} client",
        "see to it that a client with the e-mail {email} exists; if it is missing, add {name}, status {status}",
        "look for a client with the e-mail {email} and add {name} with status {status} only if there is none",
    ),
    say=(
        "We need a client with the e-mail {email}. If there is none yet, create {name} as a {status} client.",
        "Is there a client with the e-mail {email}? If not, add {name} with status {status}.",
        "I'm not sure whether {name} is in the CRM already. Their e-mail is {email}; create them as a {status} client if no client has it.",
    ),
)

ENSURE_KNOWN = Bank(
    do=(
        "make sure that there is a client with the e-mail {email}; create {name} with status {status} if there is none, else tell me the name and the account owner of the one we have",
        "check whether a client with the e-mail {email} exists; if so, tell me its name and account owner, if not, create {name} as a {status} client",
        "look for a client with the e-mail {email}; add {name} with status {status} only if there is none, otherwise tell me who it is and who owns the account",
        "see to it that a client with the e-mail {email} exists, adding {name} as {status} if needed; if we have one already, give me its name and account owner",
    ),
    say=(
        "Is there a client with the e-mail {email}? If not, add {name} with status {status}. If so, tell me the name and the account owner.",
        "We need a client with the e-mail {email}. If there is one already, tell me its name and account owner; otherwise create {name} as a {status} client.",
        "{name} wrote to us from {email}. Add them as a {status} client unless a client with that e-mail exists; in that case tell me its name and account owner.",
        "I'm not sure whether {email} belongs to a client already. If it does, give me the name and the account owner, otherwise create {name} with status {status}.",
    ),
)
