"""Phrases of requests about quotes."""

from __future__ import annotations

from atlas.datasets.generator.speech import Bank

DETAILS = Bank(
    ask=(
        "what is {quote} worth and what status is it in",
        "what are the amount and the status of {quote}",
        "how much is {quote}, and what is its status",
        "what status does {quote} have and how much is it for",
    ),
    want=(
        "the amount and status of {quote}",
        "{quote.s} status and amount",
        "the status of {quote} and its amount",
    ),
    say=("Amount and status of {quote}, please.", "Check {quote} for me: how much is it and what status is it in?"),
)

VALIDITY = Bank(
    ask=(
        "until when is {quote} valid",
        "when does {quote} expire",
        "how long is {quote} valid",
        "what is the expiry date of {quote}",
        "up to what date does {quote} hold",
    ),
    want=(
        "the valid-until date of {quote}",
        "the expiry date of {quote}",
        "{quote.s} expiry date",
        "the date {quote} is valid until",
    ),
)

TOTAL = Bank(
    ask=(
        "how many quotes do we have on {deal} and what do they add up to",
        "how many quotes exist for {deal}, and what is their total",
        "what is the total of all quotes on {deal}, and how many are there",
    ),
    want=(
        "the number of quotes on {deal} and their total amount",
        "the count and the combined amount of the quotes for {deal}",
        "the quotes on {deal}: how many and what total",
    ),
    say=(
        "Add up the quotes on {deal}: how many are there and what is the total?",
        "Count the quotes for {deal} and tell me their total amount.",
    ),
)

HIGHEST = Bank(
    ask=(
        "which quote on {deal} is the [highest|most expensive], and how much is it",
        "which of the quotes on {deal} is the highest, and at what amount",
        "what is the [highest|largest] quote we have on {deal}: which version and what amount",
        "which quote version on {deal} is the most expensive and how much is it",
    ),
    want=(
        "the [highest|most expensive] quote on {deal}, version and amount",
        "the version and the amount of the highest quote for {deal}",
        "the [highest|largest] of the quotes on {deal}, with version and amount",
    ),
    say=("Look at the quotes on {deal}: which version is the highest, and what is its amount?",),
)

LOWEST = Bank(
    ask=(
        "which quote on {deal} is the [lowest|cheapest], and how much is it",
        "which of the quotes on {deal} is the cheapest, and at what amount",
        "what is the [lowest|cheapest] quote we have on {deal}: which version and what amount",
        "which quote version on {deal} is the cheapest and how much is it",
    ),
    want=(
        "the [lowest|cheapest] quote on {deal}, version and amount",
        "the version and the amount of the lowest quote for {deal}",
        "the [lowest|cheapest] of the quotes on {deal}, with version and amount",
    ),
    say=("Look at the quotes on {deal}: which version is the cheapest, and what is its amount?",),
)

RANKED = Bank(
    do=(
        "list the quotes on {deal} from the highest amount to the lowest",
        "list all quotes for {deal}, largest first, with their amounts",
        "show me the quotes on {deal} sorted by amount, highest first",
        "rank the quotes of {deal} by amount, most expensive first",
        "give me every quote on {deal} in order of amount, starting with the largest",
    ),
    ask=(
        "what quotes are there on {deal}, ordered from the most expensive to the cheapest",
        "which quotes do we have for {deal}, largest amount first",
    ),
    want=(
        "the quotes on {deal} with their amounts, highest first",
        "all quotes for {deal} ordered by amount, largest first",
    ),
)

COMPARE = Bank(
    do=(
        "compare {one} and {other} of {deal} and tell me the difference in amount",
        "compare the {one} and {other} quotes on {deal} and tell me how far apart they are",
        "put the {one} and {other} quotes for {deal} side by side and tell me the price difference",
    ),
    ask=(
        "how much more expensive is the dearer of the {one} and {other} quotes on {deal}",
        "what is the difference in amount between the {one} and the {other} quote on {deal}",
        "by how much do quotes {one} and {other} on {deal} differ",
        "how far apart are the {one} and {other} quotes for {deal}",
    ),
    want=(
        "the difference between the {one} and {other} quotes on {deal}",
        "the price gap between quote {one} and quote {other} of {deal}",
    ),
)

CREATE = Bank(
    do=(
        "[create|make|add|prepare] a [quote|new quote] for {deal} over {amount}, status {status}{more}",
        "[create|add|enter] a {status} quote on {deal} for {amount}{more}",
        "[draw up|set up|prepare] a quote of {amount} for {deal} with status {status}{more}",
        "add a new quote to {deal}: {amount}, {status}{more}",
        "put a {amount} quote on {deal} and mark it {status}{more}",
        "[enter|register] a proposal over {amount} for {deal} as {status}{more}",
    ),
    say=(
        "New quote for {deal}: {amount}, status {status}{more}.",
        "The customer wants a price on {deal}. Create a {status} quote over {amount}{more}.",
        "We need another quote on {deal}, {amount}, status {status}{more}. Please add it.",
    ),
)

CREATE_SAME = Bank(
    do=(
        "[create|add|make] a {status} quote on {deal} for the full deal amount{more}",
        "[create|prepare|add] a {status} quote for {deal} over the same amount as the deal{more}",
        "quote {deal} at exactly its current amount, status {status}{more}",
        "put a {status} quote on {deal} that equals the deal's amount{more}",
        "[set up|draw up] a {status} quote for {deal} matching the deal value{more}",
        "add a quote to {deal} with the amount of the deal itself and status {status}{more}",
    ),
    say=(
        "{deal} needs a quote over its full amount, status {status}{more}. Please create it.",
        "Please quote the whole value of {deal} as a {status} quote{more}.",
    ),
)

CREATE_OFF = Bank(
    do=(
        "[create|add|make] a {status} quote on {deal} at {percent} below the deal amount and tell me the amount",
        "[create|prepare|add] a {status} quote for {deal} with {percent} off the deal's amount and tell me what it comes to",
        "quote {deal} {percent} under its current amount, status {status}, and tell me the figure",
        "put a {status} quote on {deal} that is {percent} lower than the deal's amount and give me the amount",
    ),
    say=(
        "They get {percent} off on {deal}. Create a {status} quote over the reduced deal amount and tell me how much it is.",
        "{deal} needs a {status} quote at {percent} less than the deal amount. Tell me what amount you used.",
        "We offer {deal} at a {percent} discount on the deal amount. Please create the {status} quote and tell me the amount.",
        "Please make a {status} quote for {deal}: the deal's amount minus {percent}. What amount is that?",
    ),
)

SET_STATUS = Bank(
    do=(
        "[set|change|update|switch] the status of {quote} to {status}",
        "[set|change|update] {quote.s} status to {status}",
        "mark {quote} as {status}",
        "flag {quote} as {status}",
        "have {quote} marked as {status}",
        "record {quote} as {status}",
    ),
    say=(
        "{quote} is {status} now. Please update the status.",
        "The status of {quote} should be {status}, please change it.",
    ),
)

SET_AMOUNT = Bank(
    do=(
        "[set|change|update|adjust] the amount of {quote} to {amount}",
        "[set|change|update] {quote.s} amount to {amount}",
        "make {quote} {amount}",
        "reprice {quote} at {amount}",
        "put {amount} on {quote}",
        "[revise|correct] {quote}, the amount is {amount}",
    ),
    say=(
        "The amount of {quote} is wrong, it should be {amount}. Please fix it.",
        "{quote} goes to {amount}. Please update it.",
    ),
)

EXTEND = Bank(
    do=(
        "[extend|prolong] {quote} until {day}",
        "[set|change|move] the valid-until date of {quote} to {day}",
        "make {quote} valid until {day}",
        "[extend|move] the validity of {quote} to {day}",
        "keep {quote} open until {day}",
        "[change|update] the expiry date of {quote} to {day}",
    ),
    say=(
        "They need more time on {quote}. Make it valid until {day}.",
        "{quote} should stay valid until {day}. Please update it.",
    ),
)

EXTEND_WEEKS = Bank(
    do=(
        "extend {quote} by {weeks} weeks and tell me the new expiry date",
        "extend the validity of {quote} by {weeks} weeks and tell me the new date",
        "move the expiry date of {quote} back {weeks} weeks and tell me what it is then",
        "give {quote} {weeks} more weeks of validity and tell me the new date",
    ),
    say=(
        "{quote} needs {weeks} more weeks. Extend its validity and tell me the new expiry date.",
        "Please keep {quote} valid {weeks} weeks longer than it is now and tell me until when.",
        "The customer asked for {weeks} extra weeks on {quote}. Extend it and give me the new expiry date.",
        "Add {weeks} weeks to the validity of {quote} and tell me the resulting date.",
    ),
)

CANCEL = Bank(
    do=(
        "cancel {quote}",
        "[withdraw|call off|revoke] {quote}",
        "cancel {quote}, it is no longer needed",
        "set {quote} to canceled",
        "mark {quote} as canceled",
        "pull {quote} back, it should be canceled",
    ),
    say=(
        "The customer is no longer interested in {quote}. Please cancel it.",
        "{quote} is off the table, cancel it please.",
        "We are withdrawing {quote}. Cancel it but keep the record.",
    ),
)

DELETE = Bank(
    do=(
        "[delete|remove|erase] {quote}",
        "delete {quote} from the CRM",
        "remove {quote} completely",
        "get rid of {quote} for good",
        "permanently delete {quote}",
        "drop {quote} from the system",
    ),
    say=("{quote} was entered by mistake. Please delete it.", "{quote} is a duplicate, remove it please."),
)

PREFIXES = Bank(
    ask=(
        "which quote prefixes are in use",
        "what quote prefixes do we use",
        "which prefixes do our quotes have",
        "what are all the quote prefixes in the CRM",
    ),
    want=("all quote prefixes in use", "a list of our quote prefixes", "the quote prefixes we have in the system"),
    do=("list the quote prefixes", "list every quote prefix we use"),
)

NTH_CANCEL = Bank(
    do=(
        "cancel the {nth} one",
        "cancel the {nth} quote",
        "withdraw the {nth} one of these",
        "call off the {nth} quote on that list",
        "mark the {nth} quote as canceled",
    ),
    say=(
        "The {nth} one is no longer needed, cancel it.",
        "Please withdraw the {nth} quote you listed.",
        "Cancel the {nth} one in that list for me.",
    ),
)

NTH_DELETE = Bank(
    do=(
        "delete the {nth} one",
        "delete the {nth} quote",
        "remove the {nth} one of these completely",
        "erase the {nth} quote on that list",
        "get rid of the {nth} quote for good",
    ),
    say=(
        "The {nth} one was a mistake, delete it.",
        "Please remove the {nth} quote you listed from the CRM.",
        "Delete the {nth} one in that list for me.",
    ),
)

NTH_STATUS = Bank(
    do=(
        "mark the {nth} one as {status}",
        "set the {nth} quote to {status}",
        "change the status of the {nth} one to {status}",
        "flag the {nth} quote as {status}",
        "update the {nth} quote you listed to {status}",
    ),
    say=(
        "The {nth} one is {status} now, please update it.",
        "For the {nth} quote, set the status to {status}.",
        "The {nth} quote on that list should be {status}.",
    ),
)

NTH_EXPIRY = Bank(
    ask=(
        "when does the {nth} one expire",
        "until when is the {nth} quote valid",
        "what is the expiry date of the {nth} one",
        "how long is the {nth} quote on that list valid",
    ),
    want=(
        "the expiry date of the {nth} one",
        "the valid-until date of the {nth} quote",
        "the date the {nth} quote is valid until",
        "the expiry date of the {nth} quote you listed",
    ),
)
