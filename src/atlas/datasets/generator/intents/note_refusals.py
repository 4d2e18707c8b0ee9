"""Requests about notes that must be declined."""

from __future__ import annotations

from atlas.datasets.generator import facts, lexicon
from atlas.datasets.generator.intents.notes import remark
from atlas.datasets.generator.phrases import note_refusals as phrases
from atlas.datasets.generator.phrases import notes as note_phrases
from atlas.datasets.generator.reasons import NOT_FOUND, TEXTLESS, not_on
from atlas.datasets.generator.records import Note
from atlas.datasets.generator.scene import Scene


def blank_note(scene: Scene) -> None:
    """blank_string: a note that says nothing."""
    rng = scene.rng
    home = scene.pick(scene.world.deals()) if rng.random() < 0.6 else scene.pick(scene.world.clients())
    scene.ask(phrases.BLANK, holder=scene.holder(home))
    scene.find(home)
    scene.call("add_note", entity_type=home.entity, entity_id=home.id, content="")
    scene.blur(Note)
    scene.focus(home)
    scene.refuse(
        "blank_string",
        (
            "I added nothing: the text of a note must not be blank.",
            "There is no new note, because a note cannot be empty.",
        ),
        TEXTLESS,
        "blank",
    )


def on_company(scene: Scene) -> None:
    """invalid_enum: companies are no kind of record that notes can be attached to."""
    company, said = scene.one_of(scene.world.companies()), remark(scene)
    holder = scene.rng.choice((f"the company {company.name}", f"our {company.type.lower()} company {company.name}"))
    scene.ask(note_phrases.ADD, holder=holder, text=said, by="")
    scene.call("company_search", name=company.name)
    scene.call("add_note", entity_type="Company", entity_id=company.id, content=said)
    scene.blur(Note)
    scene.focus(company)
    scene.refuse(
        "invalid_enum",
        (
            "I added nothing: a note cannot be attached to a company.",
            "That is not supported: notes cannot be attached to companies such as {name}.",
        ),
        not_on("company", "companies"),
        "not a valid NoteEntityType",
        name=company.name,
    )


def missing_home(scene: Scene) -> None:
    """unknown_foreign_key: a note on a deal or a client that is not in the CRM."""
    rng, said = scene.rng, remark(scene)
    known = scene.world.names()
    if rng.random() < 0.5:
        root = scene.one_of(root for root in lexicon.ROOTS if root not in known)
        name, noun, tool = f"{root} {rng.choice(lexicon.SECTORS)[0]}", "client", "client_search"
    else:
        topic = scene.one_of(topic for topic in lexicon.TOPICS if topic not in known)
        name, noun, tool = f"{scene.one_of(scene.world.clients()).name} {topic}", "deal", "opportunity_search"
    mention = rng.choice((f"the {noun} {name}", f'the {noun} "{name}"'))
    if rng.random() < 0.7:
        scene.ask(note_phrases.ADD, holder=mention, text=said, by="")
    else:
        scene.ask(note_phrases.NOTES_OF, holder=mention)
    scene.call(tool, name=name)
    scene.blur(Note)
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
