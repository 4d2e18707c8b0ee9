"""Phrases of questions about deals."""

from __future__ import annotations

from atlas.datasets.generator.speech import Bank

STAGE_AND_AMOUNT = Bank(
    ask=(
        "what stage is {deal} in and what is it worth",
        "what stage is {deal} [at|in] and how [much is it worth|large is it]",
        "how much is {deal} worth and [what|which] stage is it in",
        "where do we stand [with|on] {deal}, stage and amount",
        "which stage is {deal} in right now, and for [how much|what amount]",
    ),
    want=(
        "the stage and the [amount|value] of {deal}",
        "{deal.s} [current stage|stage] and [amount|value]",
        "the [stage|current stage] of {deal} and [its amount|its value|how much it is worth]",
    ),
    say=(
        "I need a quick status on {deal}: stage and amount.",
        "Stage and amount of {deal}, please.",
        "Pull up {deal} and tell me the stage and the amount.",
    ),
)

CLOSE_DATE = Bank(
    ask=(
        "when does {deal} close",
        "when is {deal} [expected|supposed|due|planned] to close",
        "what close date [do we have|is set|is on file] for {deal}",
        "by when should {deal} [close|be closed]",
        "on what date does {deal} close",
    ),
    want=(
        "the [close|closing|expected close|planned close] date of {deal}",
        "{deal.s} [close|closing|expected close] date",
        "the date {deal} is [supposed|expected|due] to close",
    ),
    say=("I have to plan around {deal}. When does it close?", "Check {deal} for me: when is it closing?"),
)

OWNER = Bank(
    ask=(
        "who owns {deal}",
        "who is [the owner of|responsible for|in charge of|handling] {deal}",
        "who on our [side|team] owns {deal}",
        "which [rep|colleague|salesperson] owns {deal}",
        "who is {deal} assigned to",
    ),
    want=(
        "the owner of {deal}",
        "the name of {deal.s} owner",
        "{deal.s} owner",
        "the [rep|colleague] who owns {deal}",
    ),
    say=("I need to talk to whoever owns {deal}. Who is that?", "Owner of {deal}, please."),
)

PROBABILITY = Bank(
    ask=(
        "how likely are we to win {deal}",
        "what are our chances on {deal}",
        "what [win probability|probability] [is set|do we have|is on record] for {deal}",
        "what probability does {deal} [have|carry|show]",
    ),
    want=(
        "the [win probability|probability] of {deal}",
        "{deal.s} [win probability|probability]",
        "our [odds|chances] on {deal}",
        "the probability we [put on|have recorded for] {deal}",
    ),
    say=("For the forecast: what probability do we have on {deal}?", "Win probability of {deal}, please."),
)

PICTURE = Bank(
    want=(
        "the full picture of {deal}: stage, amount, close date and owner",
        "the [details|key details] of {deal}, that is stage, amount, close date and owner",
        "stage, amount, close date and owner of {deal}",
        "everything important on {deal}: owner, stage, amount, close date",
    ),
    say=(
        "Open {deal} and [read me|give me] its stage, amount, close date and owner.",
        "Brief me on {deal}: what stage, what amount, when does it close and who owns it?",
        "I'm preparing a review of {deal}. Stage, amount, owner and close date, please.",
        "Show me the details of {deal}. I care about stage, amount, owner and close date.",
    ),
)

CLIENT_OF = Bank(
    ask=(
        "which client is {deal} for and what is their e-mail [address|]",
        "what client is behind {deal}, and which e-mail address do we have for them",
        "who is the client on {deal} and what e-mail do they use",
        "which [account|customer] does {deal} belong to, and what is its e-mail",
    ),
    want=(
        "the client behind {deal} and their e-mail address",
        "the name and the e-mail of the client that {deal} belongs to",
        "the [account|client] {deal} belongs to, with its e-mail address",
    ),
    say=("I want to write to the client of {deal}. Who are they and what is their e-mail?",),
)

OPEN_TOTAL = Bank(
    ask=(
        "how many open [deals|opportunities] does {client} have and what do they add up to",
        "how many [deals|opportunities] are still open [for|with] {client}, and what is the total",
        "what is the total [value|amount] of {client.s} open [deals|opportunities], and how many are there",
        "how much open pipeline do we have with {client}, and in how many deals",
    ),
    want=(
        "the number of open [deals|opportunities] {client} has and their total [value|amount]",
        "{client.s} open pipeline: the number of deals and the total amount",
        "the count and the combined amount of {client.s} open deals",
    ),
    say=(
        "Sum up {client.s} open deals for me: how many are there and how much are they worth together?",
        "I'm meeting {client}. How many open deals do we have with them, and worth how much in total?",
    ),
)

LARGEST_OPEN = Bank(
    ask=(
        "which of {client.s} open deals is the [largest|biggest|most valuable], and how much is it worth",
        "what is the [largest|biggest] open [deal|opportunity] we have with {client}, and what is its amount",
        "which open [deal|opportunity] with {client} has the [highest|largest] amount and how much is it",
    ),
    want=(
        "the [largest|biggest] open [deal|opportunity] of {client} and its amount",
        "the [largest|biggest] of {client.s} open deals and what it is worth",
        "the name and amount of {client.s} [largest|biggest] open deal",
    ),
    say=(
        "Of everything open at {client}, which deal is the biggest and what is the amount?",
        "Look through {client.s} open deals and tell me the [largest|biggest] one with its amount.",
    ),
)

FIRST_TO_CLOSE = Bank(
    ask=(
        "which of {client.s} open deals closes [first|next|soonest], and when",
        "which open [deal|opportunity] with {client} is due to close [first|next], and on what date",
        "what is the next deal to close with {client}, and when is that",
    ),
    want=(
        "the open deal of {client} that closes [first|soonest], with the date",
        "the next open deal with {client} to close, and its close date",
        "the earliest close date among {client.s} open deals, and which deal it is",
    ),
    say=(
        "Of the open deals at {client}, which one closes first and when?",
        "Go through {client.s} open deals: which one is due first, and on which date?",
    ),
)

LIST_OPEN = Bank(
    do=(
        "list {client.s} open [deals|opportunities]",
        "list [all|the] open [deals|opportunities] we have with {client}",
        "show me the names of {client.s} open deals",
        "name every open deal [of|with] {client}",
    ),
    ask=("which [deals|opportunities] are [open|still open] with {client}", "what open deals does {client} have"),
    want=("a list of {client.s} open deals", "the names of all open [deals|opportunities] with {client}"),
)

STAGE_TOTAL = Bank(
    ask=(
        "how many deals [do we have|are] in {stage} [right now|], and what is their total [value|amount]",
        "how many opportunities are [currently|] in {stage}, and how much are they worth together",
        "what do all our deals in {stage} add up to, and how many are there",
    ),
    want=(
        "the number of deals in {stage} and their total [value|amount]",
        "the count and total amount of our {stage} deals",
        "a summary of the {stage} stage: how many deals and what total",
    ),
    say=(
        "Summarize the deals in {stage}: how many and how much in total?",
        "For the {stage} stage, give me the number of deals and the total amount.",
    ),
)

OWNER_TOTAL = Bank(
    ask=(
        "how many deals does {owner} own, open and closed together, and what do they total",
        "what is the total amount of all deals {owner} owns, closed ones included, and how many are there",
        "how many opportunities in all belong to {owner}, and what is their total value",
    ),
    want=(
        "the number of all deals owned by {owner}, closed ones included, and their total",
        "{owner}'s complete portfolio, open and closed: number of deals and total amount",
        "the count and the total amount of every deal {owner} owns, open or closed",
    ),
    say=(
        "Summarize all deals of {owner}, closed ones included: how many and what total amount?",
        "I need {owner}'s numbers: how many deals in total, open or closed, and worth how much?",
    ),
)
