"""What claims that something was changed, and what does not."""

from __future__ import annotations

import pytest

from atlas.verify.claims import claim_in


@pytest.mark.parametrize(
    "text",
    [
        "The stage has been updated.",
        "Done",
        "All done!",
        "✅ Done: the stage is Proposal.",
        "It’s done.",
        "All set!",
        "I created a quote.",
        "I've created the quote.",
        "I have now updated it, even though the deal is closed.",
        "I've gone ahead and moved the deal.",
        "We closed the deal.",
        "I made the change.",
        "Created quote v2 for Harbor.",
        "- Updated the stage",
        "Quote created.",
        "Note added successfully",
        "Successfully added the note.",
        "The deal was successfully updated.",
        "The amount was increased by 10%.",
        "The client record was created.",
        "The record is now updated.",
        "OK, the amount of quote v2 is now $148,100.",
        "Harbor Renewal now closes on May 6, 2027.",
        "That is done: the quote is valid until May 31, 2027.",
        "OK, quote v1 is now Rejected.",
        "Done, although it may not be what you wanted.",
        "Dana Whitfield now owns the account.",
        "Harbor Renewal has a new Draft quote over $67,650.",
        "I couldn't find the contact, so I created a new one.",
        "The stage has been updated, but I couldn't add the note.",
        "The amount is above the limit. I have updated it anyway.",
    ],
)
def test_claims(text: str) -> None:
    assert claim_in(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "I can't do that: the deal is closed.",
        "The deal has been closed since March, so its amount cannot be changed.",
        "I could not update it.",
        "I haven't updated anything.",
        "I have not made any change.",
        "I made no changes.",
        "I changed nothing.",
        "No changes were made.",
        "Nothing has been changed.",
        "No quote was created.",
        "The update was not applied.",
        "I would have created it, but the e-mail exists already.",
        "Once the stage has been changed, I can help.",
        "If I updated it, the rules would be broken.",
        "It may have been deleted.",
        "A client with that e-mail already exists; it was created earlier.",
        "I already created this quote earlier.",
        "That client was created on 2025-03-01.",
        "The client was added by Dana.",
        "The quote was cancelled on March 2, so it cannot be changed.",
        "The record that has been deleted cannot be restored.",
        "Closed deals cannot be modified.",
        "Only open deals can be updated.",
        "Attached documents must have an extension.",
        "The request failed: probability must be between 1 and 99.",
        "The request has been rejected because the amount is zero.",
        "I left everything unchanged.",
        "The deal is now closed.",
        "The deal is now Closed-Won, so it can't be changed.",
        "I've checked: the deal is Closed-Won.",
        "I made an error.",
        "Created: 2026-03-01",
        "Harbor Renewal is in Negotiation and worth $48,500.",
    ],
)
def test_claims_nothing(text: str) -> None:
    assert claim_in(text) is None


def test_the_clause_is_returned() -> None:
    assert claim_in("Sure. I've updated the deal, but not the quote. Bye.") == "I've updated the deal"


@pytest.mark.parametrize("piece", [" ", "_", "!", "done ", "I ", "a, but ", "\n", "updated ", "I now ", "' "])
def test_long_hostile_text_is_read_in_linear_time(piece: str) -> None:
    """A pattern that backtracks would keep this running for minutes."""
    claim_in("x" + piece * 100_000 + "x")
