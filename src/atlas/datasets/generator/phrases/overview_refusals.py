"""Phrases of requests about the CRM as a whole that must be declined."""

from __future__ import annotations

from atlas.datasets.generator.speech import Bank

ENSURE_NAMELESS = Bank(
    do=(
        "make sure that there is a client with the e-mail {email}; if there is none, create it with status {status}, we do not know the name yet",
        "check whether a client with the e-mail {email} exists, and if not, create one as {status} without a name",
        "see to it that a client with the e-mail {email} exists, status {status}; the name is unknown, so leave it out",
        "look for a client with the e-mail {email} and add one with status {status} if there is none, without any name",
    ),
    say=(
        "We need a client with the e-mail {email}, status {status}. If there is none yet, create it, there is no name so far.",
        "Is there a client with the e-mail {email}? If not, add one with status {status}. I cannot tell you a name.",
        "Somebody wrote from {email}. Add a {status} client with that e-mail if there is none; no name is known.",
        "Please create a client for {email} with status {status}, unless there is one. We have no name for them.",
    ),
)
