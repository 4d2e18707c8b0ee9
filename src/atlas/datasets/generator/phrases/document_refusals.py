"""Phrases of requests about documents that must be declined."""

from __future__ import annotations

from atlas.datasets.generator.speech import Bank

EXACT_NAME = Bank(
    do=(
        '[upload|attach|add] "{file}" to {holder} under exactly that file name',
        '[attach|upload] the document "{file}" to {holder} and keep the file name exactly as it is',
        '[file|store|save] "{file}" under {holder} with the file name unchanged, character for character',
        'add the file "{file}" to the documents of {holder}, with exactly that name',
        'upload a document named exactly "{file}" to {holder}',
    ),
    say=(
        'New document for {holder}: "{file}". The file name must stay exactly like that.',
        'I have the file "{file}" for {holder}. Please attach it under exactly this name.',
        'The buyer sent "{file}". Attach it to {holder} without changing the file name.',
        'Please file "{file}" with {holder}. Our index looks for exactly this name, so do not upload it under another one.',
    ),
)

NO_NAME = Bank(
    do=(
        "[upload|attach|add] a document to {holder}, but leave the file name empty for now",
        "attach a new file to {holder} without a file name",
        "[register|log] a document for {holder}; there is no file name yet, so leave it out",
        "add a document record to {holder} with no file name",
        "upload a file to {holder} and keep the file name blank",
    ),
    say=(
        "A document for {holder} is on its way. Please [upload|attach] it already, without any file name.",
        "Please attach a document to {holder}. I do not know its file name yet, leave that empty.",
        "{holder} gets a new document today. Add it now and leave the file name open.",
    ),
)

ON_CONTACT = Bank(
    do=(
        "[upload|attach|add] {file} to the contact {contact}, to that person and nothing else",
        "[attach|add] the file {file} directly to the contact record of {contact}, not to the client",
        "[file|store|save] {file} under the contact {contact} only",
        "upload the document {file} to the contact record of {contact}, and to no other record",
        "put {file} into the files of the contact {contact}, nowhere else",
    ),
    say=(
        "New file for the contact {contact}: {file}. It must hang on the contact itself, on no other record.",
        "{contact} sent us {file}. Please attach it to the contact record itself, nowhere else.",
        "Please attach {file} to the contact {contact}. Only there; leave it if that cannot be done.",
    ),
)
