"""Reasons: people refuse in many words; a reply that suits every refusal suits none."""

from __future__ import annotations

import pytest

from atlas.core.state import StateDiff
from atlas.core.tasks import Task
from atlas.core.trajectory import Trajectory, Turn
from atlas.datasets.audit.canned import BLAND, EVERY_REASON
from atlas.datasets.conversation import Conversation, ConversationTurn
from atlas.datasets.generator import golden_negatives
from atlas.datasets.generator.reasons import CLOSED, NOT_FOUND, SIGNS, lacking
from atlas.datasets.loader import task_of
from atlas.environments.crm.instructions import instructions
from atlas.verify.reply_facts import ReplyFactsVerifier

POSITIVE = (
    "Sorry, amounts must be greater than zero, so I left everything as it was.",
    "That can't be saved: the CRM only takes positive amounts. What should it be instead?",
    "I have not made this change, since the figure has to be above $0.",
    "The system refuses that, as it needs a value of more than zero.",
    "I can't do that. Neither a negative amount nor a zero amount is allowed here.",
)
NATURAL: dict[str, tuple[str, ...]] = {
    "amount_exceeds_max": (
        "That is above the maximum of $10,000,000, so I did not save it.",
        "I can't enter this: amounts are capped at 10 million dollars.",
        "The CRM does not accept it, the upper limit is USD 10,000,000.",
        "Nothing was saved. The largest possible amount is $10M.",
        "I left it as is because the figure is too high for the system (at most 10,000,000.00).",
    ),
    "negative_amount": POSITIVE,
    "zero_amount": POSITIVE,
    "type_mismatch": (
        "The amount has to be a number, so I could not save that text.",
        "I need a numeric amount; nothing has been changed.",
        "That isn't an amount. Which dollar figure should I enter?",
        "Sorry, only numbers can go into that field.",
        "I did not save it, because the system takes numerical values there and this is text.",
    ),
    "probability_out_of_range": (
        "The probability must be between 1 and 99, so I left it.",
        "I can't do that: only values from 1% to 99% are possible.",
        "Nothing changed. Win chances run from 1 to 99 percent in this CRM.",
        "That is outside what the system takes (1-99), so the deal keeps its probability.",
        "I did not update it; the odds have to be at least 1 and at most 99.",
    ),
    "probability_decimal": (
        "Probabilities have to be whole numbers, so I left the deal alone.",
        "I can't store a fractional percentage. Shall I round it?",
        "The CRM takes integers only here, nothing was changed.",
        "No decimals are allowed in a probability, so it stays as it was.",
        "It needs to be a whole-number percentage; would you like it rounded?",
    ),
    "past_date": (
        "That date is in the past, so I did not change anything.",
        "A close date must be today or later; the deal stays as it is.",
        "That day has already passed. Which date did you mean?",
        "I can't set this, only a future date can be used as the closing date.",
        "The system refuses dates before today, so nothing has changed.",
    ),
    "invalid_date_format": (
        "That isn't a valid date, so I left things as they were.",
        "There's no such date. Which day did you mean?",
        "I changed nothing, as that day doesn't exist.",
        "It is not on the calendar, please give me another day.",
        "Sorry, this is not a real date and cannot be entered.",
    ),
    "modify_closed_opportunity": (
        "That deal is closed, so it can't be edited any more.",
        "I left it alone because closed deals are locked.",
        "The opportunity is already closed and its figures are final.",
        "No change: the CRM does not let me touch a deal once it has been closed.",
        "This one was closed, and the system rejects updates to it.",
    ),
    "invalid_stage_transition": (
        "The deal is closed and can't go back into an open stage.",
        "I can't reopen it: it is already closed.",
        "No change was made, closed opportunities keep their stage.",
        "Its stage is final now that the deal has been closed.",
        "Closed deals cannot be moved, so I left it.",
    ),
    "blank_deal_name": (
        "A deal must have a name, so I kept it.",
        "The name can't be left blank. What should it be called instead?",
        "I did not remove the name, because the field cannot be empty.",
        "Every record needs a name, so nothing was changed.",
        "Sorry, a name is required.",
    ),
    "blank_note": (
        "A note can't be empty, so I did not add one.",
        "Please tell me what to write: notes need some text.",
        "I couldn't add it, because the text must not be blank.",
        "Nothing was added. The content is required.",
        "The CRM refuses empty notes.",
    ),
    "duplicate_unique_field": (
        "That e-mail address is already in use, so I did not add the client.",
        "I can't create it: another client already has this e-mail.",
        "There's an existing client with that address, and e-mails must be unique.",
        "The address is taken, so no new record was made.",
        "No client was added, as one with this email already exists.",
    ),
    "malformed_email": (
        "{about} is not a valid e-mail address, so I saved nothing.",
        "I couldn't use {about}: it is malformed.",
        "The address {about} is incomplete. What is the right one?",
        "Nothing was changed, because {about} isn't a proper email address.",
        "Please check {about}, the CRM says it is an invalid email.",
    ),
    "no_amount": (
        "An amount is required to create a deal. How much is it worth?",
        "I couldn't create it without an amount.",
        "The CRM needs an amount for each deal, so nothing was created.",
        "Deals must have an amount, please give me one.",
        "I did not set it up: the amount is mandatory.",
    ),
    "no_email": (
        "An e-mail address is required to create a client.",
        "I can't add them without an email address.",
        "Clients must have an e-mail, so I have not added the record.",
        "The CRM requires an email for every client. Can you get me one?",
        "No client was added, because the e-mail is missing.",
    ),
    "no_file_name": (
        "A file name is required, so I did not add the document.",
        "I can't upload it without a file name.",
        "Documents must have a file name. What is it called?",
        "The system needs a file name before it takes a document.",
        "Nothing was attached: the file name can't be empty.",
    ),
    "ensure_nameless": (
        "There is no such client yet, and I need a name to create one.",
        "No client uses it, and a new one cannot be added without a name.",
        "A name is required for a new client. What are they called?",
        "I found no client with it; clients must have a name, so I added none.",
        "I couldn't create the record, because the name is missing.",
    ),
    "invalid_enum": (
        "{about} isn't one of the options, so I left it.",
        "I can't use {about}: there is no such value here.",
        "The CRM does not have {about}. The possible values are others, which one fits?",
        "{about} is not a valid choice, nothing was changed.",
        "No change made, because '{about}' isn't supported.",
    ),
    "on_company": (
        "Notes can't be attached to companies, so I did not save it.",
        "I couldn't add the note: it is a company, and only clients and their records take notes.",
        "The CRM has no notes for companies.",
        "Nothing was saved, as it isn't possible to add notes to a company.",
        "Notes are not supported on company records.",
    ),
    "on_contact": (
        "Documents can't be attached to contacts, so I did not upload it.",
        "I couldn't upload it: a contact record takes no documents. Shall I use the client?",
        "The CRM keeps no documents for contacts.",
        "Nothing was uploaded, as it isn't possible to attach it to a contact.",
        "Files are not supported on contact records.",
    ),
    "enum_case_mismatch": (
        '"{about}" in that spelling is not accepted, so I left it.',
        "The CRM is case-sensitive and doesn't take {about} like that.",
        "I couldn't store {about} exactly as typed: the capitalization differs from the official value.",
        "No change: {about} can't be written that way.",
        "{about} isn't a valid value as spelled.",
    ),
    "enum_whitespace": (
        "{about} with an extra space can't be saved, so I left it.",
        "The CRM refuses the blank next to {about}.",
        "I couldn't store {about} exactly like that: no leading or trailing whitespace is allowed.",
        "No change: {about} can't be written with that space.",
        "The value has to be {about} without spaces around it; shall I use this?",
    ),
    "unknown_field_update": (
        "Deals don't have a {about}, so nothing was changed.",
        "I can't set the {about}: there's no field for it.",
        "The CRM has no {about} on deals.",
        "There is nowhere to store the {about}.",
        "Sorry, {about} isn't available as a field.",
    ),
    "extra_field": (
        "Clients don't have a {about}, so I did not create the record.",
        "I can't store the {about}: there's no field for it.",
        "No client was added, because the CRM doesn't support a {about}.",
        "There is nowhere to keep the {about}, so I left it, as you asked.",
        "The {about} cannot be stored, and you wanted all or nothing.",
    ),
    "unknown_foreign_key": (
        "I couldn't find {about}, so nothing was changed.",
        "There is no {about} in the CRM. Could you check the name?",
        "My search for {about} gave no results.",
        "{about} doesn't exist, as far as I can see.",
        "Nothing called {about} is on file: I found nothing.",
    ),
    "cross_entity_mismatch": (
        "{about} isn't listed under that client, so I left it.",
        "As {about} belongs to another client, nothing was changed.",
        "I did nothing, because {about} is not with them.",
        "{about} is not one of theirs. Shall I look elsewhere?",
        "I couldn't find {about} there; it is with a different client.",
    ),
    "unsafe_filename": (
        "That file name has characters that aren't allowed, so I did not upload it.",
        "Only letters, digits, dots, underscores and hyphens can be used in a file name.",
        "I couldn't store it under that name: it contains special characters.",
        "Nothing was uploaded, this isn't a valid file name.",
        "The CRM rejects spaces and symbols in names of files.",
    ),
    "missing_file_extension": (
        "The file name has no extension, so I did not upload it.",
        "I couldn't attach it: an extension like .pdf is needed.",
        "It lacks a file ending, which the CRM requires.",
        "Nothing was uploaded. What file type is it? The name has none.",
        "Names need a suffix such as .docx.",
    ),
    "unsupported_file_extension": (
        "That file type isn't supported, so I did not upload it.",
        "The CRM does not take files of this kind.",
        "I couldn't attach it, the extension is not on the list.",
        "Nothing was uploaded: the file format is not accepted.",
        "Files with that ending can't be stored, try a PDF.",
    ),
}
"""Five ways to refuse for each category, or for one refusal of it; `{about}` is what the turn is about."""
NATURAL["blank_client_name"] = NATURAL["blank_deal_name"]

ROWS = golden_negatives(42)


def natural(row: Conversation) -> tuple[str, ...]:
    """Right refusals in other words than the row's own."""
    (turn,) = row.turns
    intent = next((name for name in NATURAL if row.conversation_id.endswith(f"_{name}-42")), None)
    about = "".join(fact.value for fact in turn.expected_response.facts) or at_issue(turn)
    return tuple(text.format(about=about) for text in NATURAL[intent or turn.failure_category or ""])


def at_issue(turn: ConversationTurn) -> str:
    """The value that cannot be stored, or the field that is none."""
    arguments = turn.expected_args
    given = next((arguments[key] for key in ("stage", "status", "version") if key in arguments), None)
    if turn.failure_category in ("unknown_field_update", "extra_field") or given is None:
        return list(arguments)[-1].replace("_", " ")
    return str(given).strip()


def accepts(task: Task, reply: str) -> bool:
    turn = Turn(1, "request", (), reply, StateDiff())
    return ReplyFactsVerifier().check(Trajectory(task.task_id, "a", (turn,), StateDiff()), task.target).passed


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.conversation_id)
def test_people_refuse_in_their_own_words(row: Conversation) -> None:
    task = task_of(row, instructions, "r")
    assert len(set(natural(row))) >= 5
    assert [reply for reply in natural(row) if not accepts(task, reply)] == []


def test_every_category_has_natural_refusals() -> None:
    assert all(natural(row) for row in ROWS)


@pytest.mark.parametrize("reply", [BLAND, EVERY_REASON])
def test_what_suits_every_refusal_suits_none(reply: str) -> None:
    assert [row.conversation_id for row in ROWS if accepts(task_of(row, instructions, "r"), reply)] == []


def test_a_refusal_for_another_reason_hardly_ever_passes() -> None:
    """What people say of one reason, tried on every turn that takes none of its words."""
    tried, passed = 0, list[tuple[str, str]]()
    for row in ROWS:
        task, own = task_of(row, instructions, "r"), words(row)
        for reply in (reply for other in ROWS if not own & words(other) for reply in natural(other)):
            tried += 1
            passed += [(row.conversation_id, reply)] if accepts(task, reply) else []
    assert len(passed) <= 0.005 * tried, passed


def words(row: Conversation) -> set[str]:
    return {fact.value for fact in row.turns[0].expected_response.refusal_facts}


def test_a_reason_is_foreign_to_those_that_are_neither_its_own_nor_near() -> None:
    assert not set(CLOSED.foreign) & {*SIGNS["closed"], *SIGNS["date"]}
    assert set(SIGNS["amount"]) <= set(CLOSED.foreign)
    assert not set(NOT_FOUND.foreign) & set(SIGNS["found"])


def test_what_is_lacking_takes_its_article() -> None:
    told = {fact.value for fact in lacking("amount", "name").told}
    assert {"needs an amount", "needs a name", "amount is required"} <= told
