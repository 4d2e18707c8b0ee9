"""Phrases of requests about notes."""

from __future__ import annotations

from atlas.datasets.generator.speech import Bank

ADD = Bank(
    do=(
        '[add|attach] a note to {holder}{by}: "{text}"',
        '[add|attach] the note "{text}" to {holder}{by}',
        '[leave|put|write] a note on {holder}{by} saying "{text}"',
        '[record|log|save] "{text}" as a note on {holder}{by}',
        '[add|attach] a note to {holder}{by} that reads "{text}"',
        '[write|jot] down a note on {holder}{by}: "{text}"',
        '[put|enter] the note "{text}" on {holder}{by}',
        'make a note on {holder}{by} with the text "{text}"',
        '[create|enter] a note for {holder}{by}, the text is "{text}"',
    ),
    say=(
        'New note for {holder}{by}: "{text}".',
        'A note for {holder}{by}, please: "{text}".',
        '{holder} needs a note{by}: "{text}". Please add it.',
        'Note for {holder}{by}: "{text}".',
    ),
)

WRITTEN_BY = (
    ", written by {person}",
    ", with {person} as the author",
    ", author {person}",
    " (written by {person})",
    ", the author is {person}",
)
"""How a request says who has written a note; not a message of its own."""

LAST = Bank(
    ask=(
        "what does the [last|latest|most recent] note on {holder} say",
        "what is the text of the [last|latest|newest] note on {holder}",
        "what was noted last on {holder}, word for word",
        "how does the [last|latest|newest] note on {holder} read",
        "what exactly does the [newest|latest] note on {holder} say",
    ),
    want=(
        "the text of the [last|latest|newest] note on {holder}",
        "the exact wording of the [last|most recent] note on {holder}",
    ),
    do=(
        "read me the [last|latest|newest] note on {holder}",
        "quote the [last|latest|newest] note on {holder}",
    ),
    say=("I'm about to call about {holder}. What does the [last|latest] note say, word for word?",),
)

WRITER_OF_LAST = Bank(
    ask=(
        "who wrote the [last|latest|most recent] note on {holder}",
        "who is the author of the [last|latest|newest] note on {holder}",
        "by whom was the [last|latest|newest] note on {holder} written",
        "who left the [last|latest] note on {holder}",
        "which colleague wrote the [newest|latest] note on {holder}",
    ),
    want=(
        "the author of the [last|latest|newest] note on {holder}",
        "the name of the person who wrote the [last|latest] note on {holder}",
    ),
    do=("check who wrote the [last|latest|newest] note on {holder}",),
)

NOTES_OF = Bank(
    do=(
        "list the notes on {holder}, word for word",
        "show me [all|the] notes [on|for] {holder}",
        "read me all notes on {holder}",
        "give me the full text of every note on {holder}",
    ),
    ask=(
        "what notes are there on {holder}, and what do they say",
        "what do the notes on {holder} say",
        "which notes do we have [on|for] {holder}, word for word",
        "what has been noted on {holder} [so far|]",
    ),
    want=("the text of all notes on {holder}", "the notes on {holder} in full"),
)

COUNT_OF = Bank(
    do=("count the notes on {holder}", "tell me how many notes {holder} has"),
    ask=(
        "how many notes are there on {holder}",
        "how many notes do we have [on|for] {holder}",
        "how many notes have been left on {holder} [so far|]",
        "what is the number of notes on {holder}",
    ),
    want=("the number of notes [on|for] {holder}", "a count of the notes on {holder}"),
    say=("Notes on {holder}: how many are there?",),
)

BY_PERSON = Bank(
    do=(
        "list the notes that {person} wrote, with their texts",
        "show me all notes written by {person}",
        "read me every note {person} has written",
    ),
    ask=(
        "what notes has {person} written, and what do they say",
        "which notes were written by {person}, word for word",
        "what do the notes by {person} say",
        "what has {person} written down in notes",
    ),
    want=("the text of all notes written by {person}", "the notes by {person} in full"),
    say=("{person} is away this week. What do the notes by {person} say?",),
)

COUNT_BY_PERSON = Bank(
    do=("count the notes written by {person}", "tell me how many notes {person} has written"),
    ask=(
        "how many notes did {person} write",
        "how many notes has {person} written [so far|]",
        "how many notes were written by {person}",
        "what is the number of notes by {person}",
    ),
    want=("the number of notes {person} has written", "the number of notes by {person}"),
)

WRITER = Bank(
    ask=(
        "who wrote {note}",
        "who is the author of {note}",
        "by whom was {note} written",
        "who left {note}",
        "which colleague wrote {note}",
    ),
    want=("the author of {note}", "the name of the person who wrote {note}"),
    do=("check who wrote {note}", "find out who left {note}"),
)

WRITTEN_WHEN = Bank(
    ask=(
        "when was {note} written",
        "on what [date|day] was {note} written",
        "from which day is {note}",
        "what is the date of {note}",
    ),
    want=("the date of {note}", "the date on which {note} was written"),
    do=("check when {note} was written", "find out on what day {note} was left"),
)

BY_DATE = Bank(
    do=(
        "list the notes on {holder} from the newest to the oldest",
        "show me the notes on {holder}, newest first",
        "read me the notes on {holder} by date, newest first",
        "sort the notes on {holder} by date, newest first, and give me their texts",
        "list all notes on {holder} in order of date, starting with the newest",
    ),
    ask=(
        "what notes are there on {holder}, newest first",
        "what do the notes on {holder} say, starting with the newest",
    ),
    want=("the notes on {holder}, newest first", "the texts of the notes on {holder}, newest first"),
)

NTH_WRITER = Bank(
    ask=(
        "who wrote the {nth} one",
        "who wrote the {nth} [note|of them|of those]",
        "by whom was the {nth} [one|note] written",
        "who is the author of the {nth} [note|one]",
        "which colleague wrote the {nth} one",
    ),
    want=("the author of the {nth} [one|note]", "the name of the person who wrote the {nth} note"),
    do=("check who wrote the {nth} [one|note]", "find out who wrote the {nth} of these"),
)
