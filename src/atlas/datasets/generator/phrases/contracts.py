"""Phrases of requests about contracts."""

from __future__ import annotations

from atlas.datasets.generator.speech import Bank

CREATE = Bank(
    do=(
        "[create|add|set up|register] a [contract|new contract] with {client}{more}",
        "[enter|record|draw up] a [contract|new contract] for {client}{more}",
        "put a new contract with {client} into the CRM{more}",
        "[open|log] a contract for {client}{more}",
        "add a contract to {client}{more}",
        "[create|prepare] a new agreement with {client}{more}",
    ),
    say=(
        "New contract with {client}{more}.",
        "We have agreed on a contract with {client}{more}. Please [enter|add|create] it.",
        "{client} gets a new contract{more}. Please [create|register|enter] it.",
        "We need a contract with {client} in the CRM{more}. Please add it.",
    ),
)

CREATE_FOR_DEAL = Bank(
    do=(
        "[create|add|set up|register] a [contract|new contract] for {deal}{more}",
        "[enter|record|draw up] the contract for {deal}{more}",
        "put a new contract on {deal}{more}",
        "[open|log] a contract for {deal}{more}",
        "turn {deal} into a contract{more}, and leave the deal itself as it is",
        "[create|prepare] a new agreement for {deal}{more}",
    ),
    say=(
        "New contract for {deal}{more}.",
        "We have agreed on the contract for {deal}{more}. Please [enter|add|create] it.",
        "{deal} needs a contract{more}. Please [create|register|enter] it.",
        "The contract for {deal} is missing in the CRM{more}. Please add it.",
    ),
)

CREATE_SAME = Bank(
    do=(
        "[create|add|set up] a {status} contract for {deal} over the full deal amount{more}",
        "[register|record|draw up] a {status} contract for {deal} with the same value as the deal{more}",
        "[enter|open] a contract for {deal} at exactly the deal's amount, status {status}{more}",
        "put a {status} contract on {deal} that equals the deal's amount{more}",
        "add a contract to {deal} with the deal amount as its value and status {status}{more}",
        "[prepare|create] a {status} agreement for {deal} matching the deal's value{more}",
    ),
    say=(
        "{deal} needs a {status} contract over its full amount{more}. Please create it.",
        "Please make a {status} contract for {deal} over the whole deal amount{more}.",
        "We need a contract for {deal}, same value as the deal, status {status}{more}. Please add it.",
    ),
)

TERMS = Bank(
    ask=(
        "what is {contract} worth and when does it end",
        "what are the value and the end date of {contract}",
        "how much is {contract} worth, and until when does it run",
        "until when does {contract} run and what is its value",
        "what value does {contract} have and when does it expire",
    ),
    want=(
        "the value and the end date of {contract}",
        "the end date and the value of {contract}",
    ),
    do=("check the value and the end date of {contract}", "look up {contract} and tell me its value and end date"),
    say=("Value and end date of {contract}, please.",),
)

STATUS = Bank(
    ask=(
        "what is the status of {contract}",
        "what status is {contract} in",
        "is {contract} active, pending or expired",
        "which status does {contract} have",
        "what state is {contract} in: active, pending or expired",
    ),
    want=("the status of {contract}", "the current status of {contract}"),
    do=("check the status of {contract}", "find out whether {contract} is active, pending or expired"),
)

START = Bank(
    ask=(
        "when did {contract} start, or when will it",
        "what is the start date of {contract}",
        "from what day is {contract} in force",
        "on what date does {contract} begin",
        "what start date do we have for {contract}",
    ),
    want=("the start date of {contract}", "the date on which {contract} begins"),
    do=("check the start date of {contract}", "look up when {contract} begins"),
)

TOTAL = Bank(
    do=(
        "count the contracts with {client} and add up their values",
        "add up [all contracts|the contracts] with {client} and tell me how many there are",
    ),
    ask=(
        "how many contracts do we have with {client} and what are they worth [in total|together]",
        "how many contracts does {client} have, and what is their total value",
        "what is the total value of all contracts with {client}, and how many are there",
        "how many contracts are there with {client} and what do they add up to",
    ),
    want=(
        "the number of contracts with {client} and their total value",
        "the total value and the number of all contracts with {client}",
    ),
    say=("Contracts with {client}, please: how many are there and what is the total value?",),
)

STATUS_OF_CLIENT = Bank(
    do=(
        "count the {status} contracts with {client} and add up their values",
        "tell me how many {status} contracts {client} has and what they are worth together",
    ),
    ask=(
        "how many {status} contracts do we have with {client} and what are they worth [in total|together]",
        "how many of the contracts with {client} are {status}, and what is their total value",
        "what is the total value of the {status} contracts with {client}, and how many are there",
        "how many {status} contracts does {client} have and what do they add up to",
    ),
    want=(
        "the number of {status} contracts with {client} and their total value",
        "the total value and the number of the {status} contracts with {client}",
    ),
    say=("Only the {status} contracts with {client}, please: how many are there and what is the total value?",),
)

STATUS_OVERALL = Bank(
    do=(
        "count all {status} contracts in the CRM and add up their values",
        "tell me how many {status} contracts we have overall and what they are worth together",
    ),
    ask=(
        "how many {status} contracts do we have [overall|in all], and what is their total value",
        "how many of our contracts are {status} and what are they worth in total",
        "across all clients, how many contracts are {status} and what is their total value",
        "what is the total value of all our {status} contracts, and how many are there",
    ),
    want=(
        "the number and the total value of all {status} contracts",
        "the total value of our {status} contracts and how many there are",
    ),
    say=("For the report: how many {status} contracts are there, and what is their total value?",),
)

LARGEST = Bank(
    ask=(
        "which contract with {client} has the [highest|largest] value, and until when does it run",
        "which of the contracts with {client} is worth the most, and when does it end",
        "what is the [largest|biggest] contract with {client}: value and end date",
        "what are the value and the end date of the [largest|most valuable] contract with {client}",
    ),
    want=(
        "the value and the end date of the [largest|biggest] contract with {client}",
        "the [largest|most valuable] contract with {client}, with its value and end date",
    ),
    do=(
        "find the [largest|most valuable] contract with {client} and tell me its value and end date",
        "look up the [biggest|largest] contract with {client}: value and end date",
    ),
)

NEXT_TO_END = Bank(
    ask=(
        "which of the active contracts with {client} [ends|expires] first, and what is it worth",
        "when does the next active contract with {client} [end|expire] and what is its value",
        "what is the next active contract with {client} to [end|expire]: end date and value",
        "which active contract with {client} runs out first: end date and value",
    ),
    want=(
        "the active contract with {client} that [ends|expires] first, with end date and value",
        "the end date and the value of the active contract with {client} that ends first",
    ),
    do=(
        "find the active contract with {client} that [ends|expires] first and tell me its end date and value",
        "look up which active contract with {client} runs out first and give me its value and end date",
    ),
)

NEXT_OVERALL = Bank(
    ask=(
        "which of our active contracts [ends|expires] first, with which client and on what date",
        "what is the next active contract to [end|expire] across all clients: which client and what date",
        "which client has the active contract that [ends|expires] first, and when does it end",
        "of all active contracts in the CRM, which one ends first: which client and what date",
    ),
    want=(
        "the client and the end date of the active contract that [ends|expires] first",
        "the next of our active contracts to [end|expire], with client and end date",
    ),
    do=(
        "find the active contract that [ends|expires] first of all and tell me the client and the end date",
        "check which of all active contracts runs out first and give me the client and the end date",
    ),
)

OF_DEAL = Bank(
    ask=(
        "what is the status of the contract for {deal}, and what is its value",
        "what status does the contract for {deal} have and what is it worth",
        "is the contract for {deal} active, pending or expired, and what is it worth",
        "how much is the contract for {deal} worth and what is its status",
    ),
    want=(
        "the status and the value of the contract for {deal}",
        "the value of the contract for {deal} and its status",
    ),
    do=(
        "look up the contract for {deal} and tell me its status and value",
        "check status and value of the contract for {deal}",
    ),
)

RANKED = Bank(
    do=(
        "list the contracts with {client} from the highest value to the lowest",
        "list all contracts with {client}, largest first, with their values",
        "show me the contracts with {client} sorted by value, highest first",
        "rank the contracts with {client} by value, largest first",
        "give me every contract with {client} in order of value, starting with the largest",
    ),
    ask=(
        "what contracts are there with {client}, ordered from the highest value to the lowest",
        "which contracts do we have with {client}, largest value first",
    ),
    want=(
        "the contracts with {client} with their values, highest first",
        "all contracts with {client} ordered by value, largest first",
    ),
)

NTH_END = Bank(
    ask=(
        "when does the {nth} one end",
        "until when does the {nth} [one|contract] run",
        "what is the end date of the {nth} [one|contract|of them]",
        "when does the {nth} [contract|of those] expire",
    ),
    want=("the end date of the {nth} [one|contract]", "the date the {nth} one runs out"),
    do=("check when the {nth} [one|contract] ends", "look up the end date of the {nth} [contract|of these]"),
)

NTH_STATUS = Bank(
    ask=(
        "what is the status of the {nth} one",
        "what status is the {nth} [one|contract] in",
        "is the {nth} [one|contract] active, pending or expired",
        "which status does the {nth} [contract|of them] have",
    ),
    want=("the status of the {nth} [one|contract]", "the current status of the {nth} one"),
    do=("check the status of the {nth} [one|contract]", "look up the status of the {nth} [contract|of those]"),
)
