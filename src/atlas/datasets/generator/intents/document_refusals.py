"""Requests about documents that must be declined: file names that cannot be stored, records that are not there."""

from __future__ import annotations

from atlas.datasets.generator import facts, lexicon
from atlas.datasets.generator.intents.documents import Home, new_file_name
from atlas.datasets.generator.phrases import document_refusals as phrases
from atlas.datasets.generator.phrases import documents as document_phrases
from atlas.datasets.generator.reasons import (
    BAD_EXTENSION,
    NO_EXTENSION,
    NOT_FOUND,
    UNSAFE,
    Reason,
    lacking,
    not_on,
)
from atlas.datasets.generator.records import Document
from atlas.datasets.generator.scene import Scene

UNSAFE_NAMES = (
    "{0} {1}.{2}",
    "{0}_(final).{2}",
    "{0}&{1}.{2}",
    "{0}_50%.{2}",
    "{0} #2.{2}",
    "{0}*.{2}",
    "{0}$.{2}",
    "{0}, signed.{2}",
)
BAD_KINDS = ("exe", "zip", "mp4", "png", "js", "html", "rar", "bat", "jpg", "gif")


def unsafe_name(scene: Scene) -> None:
    """unsafe_filename: blanks or signs in it."""
    stem, other = scene.rng.sample(lexicon.FILE_STEMS, 2)
    form, kind = scene.rng.choice(UNSAFE_NAMES), scene.rng.choice(lexicon.FILE_KINDS)
    _exact_name(
        scene,
        form.format(stem, other, kind),
        "unsafe_filename",
        "a file name may only include letters, numbers, dots, underscores and hyphens, no other characters",
        UNSAFE,
        "may only include",
    )


def no_extension(scene: Scene) -> None:
    """missing_file_extension."""
    stem = scene.rng.choice(lexicon.FILE_STEMS) + scene.rng.choice(("", *lexicon.FILE_ENDINGS))
    _exact_name(
        scene,
        stem,
        "missing_file_extension",
        "a file name must have an extension such as .pdf",
        NO_EXTENSION,
        "must include an extension",
    )


def bad_extension(scene: Scene) -> None:
    """unsupported_file_extension."""
    kind = scene.rng.choice(BAD_KINDS)
    name = f"{new_file_name(scene).rpartition('.')[0]}.{kind}"
    home = _any_home(scene)
    scene.ask(document_phrases.UPLOAD, file=name, holder=scene.holder(home), by="")
    _try_upload(scene, home, name)
    scene.refuse(
        "unsupported_file_extension",
        (
            "I did not attach {name}: the file type .{kind} is not supported.",
            "{name} stays out of the CRM, because files with the extension .{kind} are not supported.",
        ),
        BAD_EXTENSION,
        "is not supported",
        name=name,
        kind=kind,
    )


def no_file_name(scene: Scene) -> None:
    """missing_required_field: a document without a file name."""
    home = _any_home(scene)
    scene.ask(phrases.NO_NAME, holder=scene.holder(home))
    scene.find(home)
    scene.call("upload_document", entity_type=home.entity, entity_id=home.id)
    scene.focus(home)
    scene.refuse(
        "missing_required_field",
        (
            "I did not add a document: a file name is required.",
            "Nothing was added, because every document needs a file name.",
        ),
        lacking("file name", "filename", "name", near=("file",)),
        "file_name",
    )


def on_contact(scene: Scene) -> None:
    """invalid_enum: contacts are no kind of record that documents can be attached to."""
    contact, name = scene.one_of(scene.world.contacts()), new_file_name(scene)
    scene.ask(phrases.ON_CONTACT, file=name, contact=contact.name)
    scene.find(contact)
    scene.call("upload_document", entity_type="Contact", entity_id=contact.id, file_name=name)
    scene.focus(contact)
    scene.refuse(
        "invalid_enum",
        (
            "I did not upload {name}: a document cannot be attached to a contact.",
            "That is not supported: documents cannot be attached to contacts, so {name} was not uploaded.",
        ),
        not_on("contact", "contacts"),
        "not a valid DocumentEntityType",
        name=name,
    )


def missing_home(scene: Scene) -> None:
    """unknown_foreign_key: a document on a deal or a client that is not in the CRM."""
    rng, file = scene.rng, new_file_name(scene)
    known = scene.world.names()
    if rng.random() < 0.5:
        root = scene.one_of(root for root in lexicon.ROOTS if root not in known)
        name, noun, tool = f"{root} {rng.choice(lexicon.SECTORS)[0]}", "client", "client_search"
    else:
        client = scene.one_of(scene.world.clients())
        topic = scene.one_of(topic for topic in lexicon.TOPICS if topic not in known)
        name, noun, tool = f"{client.name} {topic}", "deal", "opportunity_search"
    bank = rng.choice((document_phrases.UPLOAD, document_phrases.UPLOAD, document_phrases.FILES_OF))
    mention = rng.choice((f"the {noun} {name}", f'the {noun} "{name}"'))
    if bank is document_phrases.UPLOAD:
        scene.ask(bank, file=file, holder=mention, by="")
    else:
        scene.ask(bank, holder=mention)
    scene.call(tool, name=name)
    scene.blur(Document)
    scene.focus(None)
    scene.refuse(
        "unknown_foreign_key",
        (
            "I could not find a {noun} called {name}, so nothing has changed.",
            "There is no {noun} named {name} in the CRM.",
        ),
        NOT_FOUND,
        name=name,
        noun=noun,
        about=(facts.name(name),),
    )


def _any_home(scene: Scene) -> Home:
    return scene.pick(scene.world.deals()) if scene.rng.random() < 0.6 else scene.pick(scene.world.clients())


def _try_upload(scene: Scene, home: Home, name: str) -> None:
    scene.find(home)
    scene.call("upload_document", entity_type=home.entity, entity_id=home.id, file_name=name)
    scene.blur(Document)
    scene.focus(home)


def _exact_name(scene: Scene, name: str, category: str, told: str, reason: Reason, error: str) -> None:
    home = _any_home(scene)
    scene.ask(phrases.EXACT_NAME, file=name, holder=scene.holder(home))
    _try_upload(scene, home, name)
    scene.refuse(
        category,
        ('I did not upload "{name}": {told}.', "Nothing was uploaded, because {told}."),
        reason,
        error,
        name=name,
        told=told,
    )
