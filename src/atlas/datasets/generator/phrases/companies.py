"""Phrases of requests about companies that are no clients."""

from __future__ import annotations

from atlas.datasets.generator.speech import Bank

ADDRESS = Bank(
    ask=(
        "what is the address of {company}",
        "where is {company} located",
        "which address do we have [on file|] for {company}",
        "at what address can I visit {company}",
        "where does {company} have its office",
    ),
    want=("the address of {company}", "the address we have on file for {company}"),
    do=("look up the address of {company}", "find out where {company} is located"),
    say=("I'm visiting {company}. What is the address?",),
)

KIND = Bank(
    ask=(
        "is {company} a partner, a vendor or a competitor, and in which industry",
        "what kind of company is {company} to us, and what industry is it in",
        "what type of company is {company}, and in which industry",
        "how do we classify {company}: type and industry",
    ),
    want=("the type and the industry of {company}", "the industry of {company} and what type of company it is"),
    do=(
        "look up the type and the industry of {company}",
        "check whether {company} is a partner, a vendor or a competitor, and tell me its industry",
    ),
)

PEOPLE = Bank(
    ask=(
        "who are our contacts at {company}",
        "whom do we know at {company}",
        "which contacts do we have at {company}",
        "who can I talk to at {company}",
        "which people at {company} do we know",
    ),
    want=("the names of our contacts at {company}", "the contacts we have on file for {company}"),
    do=("look up our contacts at {company}", "tell me whom we know at {company}"),
    say=("I am about to call {company}. Whom do we know there?",),
)

IN_INDUSTRY = Bank(
    ask=(
        "which {type} do we have in {industry}, and what is its address",
        "what {type} of ours is in the {industry} industry, and where is it located",
        "which of our {type}s is in {industry}, and at what address",
        "do we have a {type} in {industry}, and if so, which one and at what address",
    ),
    want=(
        "the name and the address of our {type} in {industry}",
        "our {type} in the {industry} industry, with the address",
    ),
    do=(
        "find our {type} in {industry} and tell me its name and address",
        "look up which {type} we have in the {industry} industry and give me the name and address",
    ),
)

OF_TYPE = Bank(
    ask=(
        "which {types} do we have [on file|in the CRM|]",
        "what companies do we have on file as {types}",
        "who are our {types}",
        "which companies are recorded as {types}",
    ),
    want=("the names of all our {types}", "a list of our {types}", "all {types} in the CRM"),
    do=("list our {types}", "name all {types} we have on file"),
)

COUNT_TYPE = Bank(
    ask=(
        "how many {types} do we have [on file|in the CRM|]",
        "how many companies are recorded as {types}",
        "how many {types} are there in the CRM",
        "what is the number of {types} we have on file",
    ),
    want=("the number of {types} in the CRM", "a count of our {types}"),
    do=("count our {types}", "tell me how many {types} we have"),
)
