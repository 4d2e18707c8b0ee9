"""Requests about notes: write them down, and ask what they say."""

from __future__ import annotations

from datetime import date
from typing import TypeAlias

from atlas.datasets.generator import facts, lexicon
from atlas.datasets.generator.intents.documents import colleagues
from atlas.datasets.generator.intents.wording import CONFIRMED
from atlas.datasets.generator.phrases import notes as phrases
from atlas.datasets.generator.population import person
from atlas.datasets.generator.records import Client, Contact, Contract, Deal, Note, Quote
from atlas.datasets.generator.scene import Scene, Unfit
from atlas.datasets.generator.speech import long_date

Home: TypeAlias = Deal | Client | Contact | Quote | Contract


def add_to_deal(scene: Scene) -> None:
    _added(scene, scene.pick(scene.world.deals()))


def add_to_client(scene: Scene) -> None:
    _added(scene, scene.pick(scene.world.clients()))


def add_to_contact(scene: Scene) -> None:
    _added(scene, scene.pick(scene.world.contacts()))


def add_to_quote(scene: Scene) -> None:
    _added(scene, scene.pick(scene.world.quotes()))


def add_to_contract(scene: Scene) -> None:
    _added(scene, scene.pick(scene.world.contracts()))


def last(scene: Scene) -> None:
    home, notes = _home_with_notes(scene, 2)
    scene.ask(phrases.LAST, holder=scene.holder(home))
    _listed(scene, home)
    scene.focus(notes[0], home)
    scene.reply(
        ('It says: "{text}".', 'The note reads "{text}".'),
        (facts.text(notes[0].content),),
        facts.texts(*(note.content for note in notes[1:])),
        text=notes[0].content,
    )


def writer_of_last(scene: Scene) -> None:
    home, notes = _home_with_notes(scene, 2)
    if notes[0].created_by is None:
        raise Unfit
    scene.ask(phrases.WRITER_OF_LAST, holder=scene.holder(home))
    _listed(scene, home)
    scene.focus(notes[0], home)
    scene.reply(
        ("It was written by {person}.", "That was {person}."),
        (facts.name(notes[0].created_by),),
        person=notes[0].created_by,
    )


def notes_of(scene: Scene) -> None:
    home, notes = _home_with_notes(scene, 1)
    scene.ask(phrases.NOTES_OF, holder=scene.holder(home))
    _listed(scene, home)
    if len(notes) == 1:
        scene.focus(notes[0], home)
    scene.reply(
        ("On record there: {texts}.", "{texts}."),
        facts.texts(*(note.content for note in notes)),
        facts.texts(*(n.content for n in scene.world.notes() if n.entity_id != home.id)),
        texts=_quoted(notes),
    )


def count_of(scene: Scene) -> None:
    home, notes = _home_with_notes(scene, 1)
    scene.ask(phrases.COUNT_OF, holder=scene.holder(home))
    _listed(scene, home)
    scene.reply(
        ("That makes {count}.", "The number of notes there is {count}."),
        (facts.number(len(notes)),),
        count=len(notes),
    )


def by_person(scene: Scene) -> None:
    author, notes = _notes_by(scene)
    scene.ask(phrases.BY_PERSON, person=author)
    scene.call("list_notes")
    scene.blur(Note)
    scene.focus(notes[0] if len(notes) == 1 else None)
    scene.reply(
        ("From {person}: {texts}.", "{person} wrote this: {texts}."),
        facts.texts(*(note.content for note in notes)),
        person=author,
        texts=_quoted(notes),
    )


def count_by_person(scene: Scene) -> None:
    author, notes = _notes_by(scene)
    scene.ask(phrases.COUNT_BY_PERSON, person=author)
    scene.call("list_notes")
    scene.blur(Note)
    scene.focus(None)
    scene.reply(
        ("The notes by {person}: {count}.", "In all {count} by {person}."),
        (facts.number(len(notes)),),
        person=author,
        count=len(notes),
    )


def writer(scene: Scene) -> None:
    """Of the note that the talk is about, or of one that is quoted."""
    note = scene.pick([note for note in scene.world.notes() if note.created_by])
    scene.ask(phrases.WRITER, note=scene.note(note))
    _looked_up(scene, note)
    scene.reply(
        ("It was written by {person}.", "That was {person}."),
        (facts.name(note.created_by or ""),),
        person=note.created_by,
    )


def written_when(scene: Scene) -> None:
    note = scene.pick([note for note in scene.world.notes() if note.created_at])
    day = (note.created_at or "")[:10]
    scene.ask(phrases.WRITTEN_WHEN, note=scene.note(note))
    _looked_up(scene, note)
    scene.reply(
        ("It was written on {day}.", "The date of the note is {day}."),
        (facts.day(day),),
        day=long_date(date.fromisoformat(day)),
    )


def by_date(scene: Scene) -> None:
    home, notes = _home_with_notes(scene, 2)
    scene.ask(phrases.BY_DATE, holder=scene.holder(home))
    _listed(scene, home)
    scene.focus(home, ranked=notes)
    scene.reply(
        ("From the newest to the oldest: {texts}.", "Newest first: {texts}."),
        facts.texts(*(note.content for note in notes)),
        texts=_quoted(notes),
    )


def nth_writer(scene: Scene) -> None:
    """Of a note that the previous turn has shown already."""
    if len(scene.ranked) < 2:
        raise Unfit
    places = {"first": 0, "second": 1, "last": len(scene.ranked) - 1}
    word = scene.rng.choice(sorted(places))
    try:
        note = scene.world.get(Note, scene.ranked[places[word]])
    except KeyError as error:
        raise Unfit from error
    if note.created_by is None:
        raise Unfit
    scene.refer_to_last()
    scene.ask(phrases.NTH_WRITER, nth=word)
    scene.focus(note)
    scene.reply(
        ("It was written by {person}.", "That was {person}."),
        (facts.name(note.created_by),),
        person=note.created_by,
    )


def remark(scene: Scene) -> str:
    """Something to write down, in words that nobody has noted in this world yet."""
    known = {note.content for note in scene.world.notes()}
    topic, name = scene.rng.choice(lexicon.TOPICS).lower(), " ".join(person(scene.rng))
    said = scene.rng.choice(lexicon.REMARKS).format(topic=topic, person=name)
    if said in known:
        raise Unfit
    return said


def _added(scene: Scene, home: Home) -> None:
    rng, said = scene.rng, remark(scene)
    details, by = dict[str, str](), ""
    if rng.random() < 0.4:
        details["created_by"] = scene.one_of(colleagues(scene))
        by = rng.choice(phrases.WRITTEN_BY).format(person=details["created_by"])
    scene.ask(phrases.ADD, holder=scene.holder(home), text=said, by=by)
    scene.find(home)
    made = scene.create(
        "add_note",
        Note("", home.entity, home.id, said, details.get("created_by")),
        entity_type=home.entity,
        entity_id=home.id,
        content=said,
        **details,
    )
    scene.focus(made, home)
    scene.reply([done + "the note has been added." for done in CONFIRMED])


def _home(scene: Scene, note: Note) -> Home:
    kinds: tuple[type[Home], ...] = (Deal, Client, Contact, Quote, Contract)
    kind = next(kind for kind in kinds if kind.entity == note.entity_type)
    if not scene.world.holds(note.entity_id):
        raise Unfit
    return scene.world.get(kind, note.entity_id)


def _home_with_notes(scene: Scene, least: int) -> tuple[Home, list[Note]]:
    """A record with at least that many notes, and its notes from the newest to the oldest."""
    homes: dict[str, list[Note]] = {}
    for note in scene.world.notes():
        homes.setdefault(note.entity_id, []).append(note)
    home = _home(scene, scene.pick([notes[0] for notes in homes.values() if len(notes) >= least]))
    notes = sorted(homes[home.id], key=lambda note: note.created_at or "9", reverse=True)
    if sum(note.created_at is None for note in notes) > 1:
        raise Unfit
    return home, notes


def _notes_by(scene: Scene) -> tuple[str, list[Note]]:
    """Somebody who has written notes, and which."""
    author = scene.one_of(sorted({note.created_by for note in scene.world.notes() if note.created_by}))
    return author, [note for note in scene.world.notes() if note.created_by == author]


def _listed(scene: Scene, home: Home) -> None:
    """The reference way to the notes on a record."""
    scene.find(home)
    scene.call("list_notes")
    scene.blur(Note)
    scene.focus(home)


def _looked_up(scene: Scene, note: Note) -> None:
    scene.call("list_notes")
    scene.focus(note)


def _quoted(notes: list[Note]) -> str:
    return "; ".join(f'"{note.content}"' for note in notes)
