"""Phrases of requests about documents."""

from __future__ import annotations

from atlas.datasets.generator.speech import Bank

UPLOAD = Bank(
    do=(
        "[upload|attach|add] {file} to {holder}{by}",
        "[file|store|save|archive] {file} under {holder}{by}",
        "[file|register|log] the [document|file] {file} with {holder}{by}",
        "[attach|add|upload] the [file|document] {file} to {holder}{by}",
        "upload a [document|new document|new file|file] [called|named] {file} [to|for] {holder}{by}",
        "[put|place|drop] {file} [into the documents of|in the files of|with the documents of] {holder}{by}",
        "[link|add] {file} to the files of {holder}{by}",
        "include {file} in the [documents|files] of {holder}{by}",
        "[add|attach] a [document|file] to {holder}: {file}{by}",
        "[upload|record] {file} as a document [of|for] {holder}{by}",
    ),
    say=(
        "{holder} has a new document, {file}{by}. Please [attach|upload] it.",
        "I have {file} here for {holder}{by}. Please [upload|attach|file] it.",
        "New [file|document] for {holder}: {file}{by}.",
        "[The customer|Legal|Finance|The buyer] sent us {file}{by}. Please [attach|upload|add] it to {holder}.",
        "The file {file} belongs to {holder}{by}. Please [file|upload|attach] it there.",
        "We just received {file}{by}. [Attach|Upload|Add] it to {holder}, please.",
    ),
)

UPLOADED_BY = (
    ", uploaded by {person}",
    ", with {person} as the uploader",
    ", uploader {person}",
    " (uploaded by {person})",
    ", the uploader is {person}",
)
"""How a request says who has uploaded a file; not a message of its own."""

FILES_OF = Bank(
    do=(
        "list the [documents|files] [attached to|filed under|stored for] {holder}",
        "show me [all|the] [documents|files] [on|for|of] {holder}",
        "name the [files|documents|attachments] we have [on|for] {holder}",
        "give me [all|every one of] the file names [on|for] {holder}",
    ),
    ask=(
        "which [documents|files] are [attached to|filed under|stored for] {holder}",
        "what [documents|files|attachments] do we have [on|for] {holder}",
        "what is filed [for|under] {holder}",
        "which files are there for {holder}",
        "what are the names of the [files|documents] [on|for] {holder}",
    ),
    want=("the list of [documents|files] for {holder}", "the names of all [documents|files] [on|for] {holder}"),
    say=(
        "I'm preparing for {holder}. Which [documents|files] are on file?",
        "Documents [for|on] {holder}, please: which files are there?",
    ),
)

COUNT_OF = Bank(
    do=(
        "count the [documents|files] [attached to|filed under|for] {holder}",
        "tell me how many [documents|files] {holder} has",
    ),
    ask=(
        "how many [documents|files|attachments] are [attached to|filed under|stored for] {holder}",
        "how many [documents|files] do we have [on|for] {holder}",
        "how many files does {holder} have",
        "what is the number of [documents|files] [on|for] {holder}",
    ),
    want=("the number of [documents|files] [on|for|attached to] {holder}", "a count of the documents for {holder}"),
    say=("I need a figure for {holder}: how many [documents|files] are attached?",),
)

UPLOADER = Bank(
    ask=(
        "who [uploaded|added|filed] {file}",
        "who was it that uploaded {file}",
        "by whom was {file} uploaded",
        "whose upload is {file}",
        "which colleague [uploaded|filed] {file}",
        "who is [recorded|on record] as the uploader of {file}",
    ),
    want=("the uploader of {file}", "the name of the person who uploaded {file}"),
    do=("check who uploaded {file}", "find out who [uploaded|added] {file}"),
    say=("I have a question about {file}. Who uploaded it?",),
)

UPLOAD_DAY = Bank(
    ask=(
        "when was {file} [uploaded|added|filed]",
        "on what [date|day] was {file} uploaded",
        "what is the upload date of {file}",
        "since when have we had {file} on file",
        "which day was {file} uploaded on",
    ),
    want=("the upload date of {file}", "the date on which {file} was uploaded"),
    do=("check when {file} was [uploaded|added]", "find out on what date {file} was uploaded"),
)

FILED_WHERE = Bank(
    ask=(
        "which [record|deal or client] is {file} [attached to|filed under]",
        "what is {file} [attached to|filed under]",
        "where [is|did we file] {file}",
        "to what record does {file} belong",
        "what does {file} belong to",
        "under which name is {file} filed",
    ),
    want=("the record that {file} is [attached to|filed under]", "the name of the record {file} belongs to"),
    do=("find out what {file} is attached to", "check which record {file} is filed under"),
    say=("I came across {file}. What record is it attached to?",),
)

BY_PERSON = Bank(
    do=(
        "list the [documents|files] that {person} [uploaded|has uploaded]",
        "show me [all|the] [documents|files] uploaded by {person}",
        "name every file {person} has uploaded",
    ),
    ask=(
        "which [documents|files] did {person} upload",
        "which [documents|files] were uploaded by {person}",
        "what has {person} uploaded",
        "what files have been uploaded by {person}",
        "which uploads are from {person}",
    ),
    want=("the files that {person} uploaded", "the names of all documents uploaded by {person}"),
    say=("{person} is on leave. Which files did {person} upload?",),
)

COUNT_BY_PERSON = Bank(
    do=("count the [documents|files] uploaded by {person}", "tell me how many files {person} has uploaded"),
    ask=(
        "how many [documents|files] did {person} upload",
        "how many [documents|files] has {person} uploaded [so far|]",
        "how many [documents|files] were uploaded by {person}",
        "what is the number of [documents|files] uploaded by {person}",
        "how many of our documents come from {person}",
    ),
    want=("the number of [documents|files] {person} has uploaded", "the number of uploads by {person}"),
    say=("For the audit: how many files were uploaded by {person}?",),
)

LATEST_FILE = Bank(
    ask=(
        "which [document|file] was [added|uploaded|attached] last [to|for] {holder}",
        "what is the [latest|newest|most recent] [document|file] [on|for] {holder}",
        "which is the [latest|newest|most recent] file attached to {holder}",
        "what was the last [document|file] uploaded [to|for] {holder}",
        "which of the [documents|files] on {holder} is the newest",
    ),
    want=(
        "the [latest|newest|most recent] [document|file] [on|for] {holder}",
        "the name of the [newest|latest] file attached to {holder}",
    ),
    do=(
        "find the [latest|newest|most recent] [document|file] on {holder}",
        "tell me which file was uploaded to {holder} last",
    ),
    say=("There are several files on {holder}. Which one was uploaded last?",),
)

BY_DATE = Bank(
    do=(
        "list the [documents|files] on {holder} from the oldest to the newest",
        "show me the [documents|files] for {holder} by upload date, oldest first",
        "sort the [files|documents] of {holder} by upload date, oldest first, and give me the names",
        "list all [files|documents] attached to {holder}, oldest first",
        "name the [files|documents] on {holder} in the order in which they were uploaded",
    ),
    ask=(
        "what [documents|files] are there on {holder}, oldest first",
        "which [files|documents] do we have for {holder}, starting with the oldest",
        "which files were uploaded to {holder}, in order of upload date",
    ),
    want=(
        "the [documents|files] for {holder}, oldest first",
        "the file names on {holder} in order of upload date",
    ),
)

NTH_UPLOADER = Bank(
    ask=(
        "who uploaded the {nth} one",
        "who uploaded the {nth} [file|document|of them|of those]",
        "by whom was the {nth} [one|file] uploaded",
        "whose upload is the {nth} one",
        "who is on record as the uploader of the {nth} [file|document|one]",
    ),
    want=("the uploader of the {nth} [one|file|document]", "the name of the person who uploaded the {nth} one"),
    do=("check who uploaded the {nth} [one|file]", "find out who uploaded the {nth} [document|of these]"),
)

NTH_DAY = Bank(
    ask=(
        "when was the {nth} [one|file|document] uploaded",
        "on what date was the {nth} [one|of them] uploaded",
        "what is the upload date of the {nth} [one|file|document]",
        "since when have we had the {nth} one",
    ),
    want=("the upload date of the {nth} [one|file]", "the date the {nth} [one|document] was uploaded"),
    do=("check when the {nth} [one|file] was uploaded", "look up the upload date of the {nth} of those files"),
)
