"""Requests about documents: attach files, and ask what is on file."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TypeAlias

from atlas.datasets.generator import facts, lexicon
from atlas.datasets.generator.intents.wording import CONFIRMED
from atlas.datasets.generator.phrases import documents as phrases
from atlas.datasets.generator.records import Client, Contract, Deal, Document, Quote
from atlas.datasets.generator.scene import Scene, Unfit
from atlas.datasets.generator.speech import listed, long_date

Home: TypeAlias = Deal | Quote | Client | Contract


def upload_to_deal(scene: Scene) -> None:
    _uploaded(scene, scene.pick(scene.world.deals()))


def upload_to_quote(scene: Scene) -> None:
    _uploaded(scene, scene.pick(scene.world.quotes()))


def upload_to_client(scene: Scene) -> None:
    _uploaded(scene, scene.pick(scene.world.clients()))


def upload_to_contract(scene: Scene) -> None:
    _uploaded(scene, scene.pick(scene.world.contracts()))


def files_of(scene: Scene) -> None:
    home, files = _home_with_files(scene, 1)
    scene.ask(phrases.FILES_OF, holder=scene.holder(home))
    _listed(scene, home)
    if len(files) == 1:
        scene.focus(files[0], home)
    scene.reply(
        ("On file there: {files}.", "There are these files: {files}.", "{files}."),
        facts.texts(*(file.file_name for file in files)),
        facts.texts(*(d.file_name for d in scene.world.documents() if d.entity_id != home.id)),
        files=listed([file.file_name for file in files]),
    )


def count_of(scene: Scene) -> None:
    home, files = _home_with_files(scene, 1)
    scene.ask(phrases.COUNT_OF, holder=scene.holder(home))
    _listed(scene, home)
    scene.reply(
        ("That makes {count}.", "The number of files there is {count}."),
        (facts.number(len(files)),),
        count=len(files),
    )


def uploader(scene: Scene) -> None:
    document = any_file(scene, lambda file: file.uploaded_by is not None)
    scene.ask(phrases.UPLOADER, file=scene.document(document))
    _looked_up(scene, document)
    _told_uploader(scene, document)


def upload_day(scene: Scene) -> None:
    document = any_file(scene, lambda file: file.uploaded_at is not None)
    scene.ask(phrases.UPLOAD_DAY, file=scene.document(document))
    _looked_up(scene, document)
    _told_day(scene, document)


def filed_where(scene: Scene) -> None:
    """Only for files on deals and clients, which have names."""
    document = any_file(scene, lambda file: file.entity_type in ("Opportunity", "Client"))
    home = _home(scene, document)
    if not isinstance(home, (Deal, Client)):
        raise Unfit
    scene.ask(phrases.FILED_WHERE, file=scene.document(document))
    scene.call("list_documents")
    if isinstance(home, Deal):
        scene.call("view_opportunity_details", opportunity_id=home.id)
    else:
        scene.call("client_search", client_id=home.id)
    scene.show(home)
    scene.focus(document)
    scene.reply(
        ("{file} is attached to {name}.", "It is filed under {name}."),
        (facts.name(home.name),),
        file=document.file_name,
        name=home.name,
    )


def by_person(scene: Scene) -> None:
    person, files = _uploads(scene)
    scene.ask(phrases.BY_PERSON, person=person)
    scene.call("list_documents")
    scene.blur(Document)
    scene.focus(files[0] if len(files) == 1 else None)
    scene.reply(
        ("From {person}: {files}.", "{person} has uploaded these: {files}."),
        facts.texts(*(file.file_name for file in files)),
        person=person,
        files=listed([file.file_name for file in files]),
    )


def count_by_person(scene: Scene) -> None:
    person, files = _uploads(scene)
    scene.ask(phrases.COUNT_BY_PERSON, person=person)
    scene.call("list_documents")
    scene.blur(Document)
    scene.focus(None)
    scene.reply(
        ("The uploads by {person}: {count}.", "In all {count} by {person}."),
        (facts.number(len(files)),),
        person=person,
        count=len(files),
    )


def latest_file(scene: Scene) -> None:
    home, files = _home_with_files(scene, 2)
    scene.ask(phrases.LATEST_FILE, holder=scene.holder(home))
    _listed(scene, home)
    scene.focus(files[-1], home)
    scene.reply(
        ("The newest one is {file}.", "That is {file}."),
        (facts.text(files[-1].file_name),),
        facts.texts(*(file.file_name for file in files[:-1])),
        file=files[-1].file_name,
    )


def by_date(scene: Scene) -> None:
    home, files = _home_with_files(scene, 2)
    scene.ask(phrases.BY_DATE, holder=scene.holder(home))
    _listed(scene, home)
    scene.focus(home, ranked=files)
    scene.reply(
        ("From the oldest to the newest: {files}.", "Oldest first: {files}."),
        facts.texts(*(file.file_name for file in files)),
        files="; ".join(file.file_name for file in files),
    )


def nth_uploader(scene: Scene) -> None:
    nth, document = _nth(scene)
    if document.uploaded_by is None:
        raise Unfit
    scene.ask(phrases.NTH_UPLOADER, nth=nth)
    scene.focus(document)
    _told_uploader(scene, document)


def nth_day(scene: Scene) -> None:
    nth, document = _nth(scene)
    if document.uploaded_at is None:
        raise Unfit
    scene.ask(phrases.NTH_DAY, nth=nth)
    scene.focus(document)
    _told_day(scene, document)


def any_file(scene: Scene, fits: Callable[[Document], bool]) -> Document:
    return scene.pick([document for document in scene.world.documents() if fits(document)])


def new_file_name(scene: Scene) -> str:
    """A file name nobody has in this world, often near to one that somebody has."""
    taken = {document.file_name for document in scene.world.documents()}
    stems = [*lexicon.FILE_STEMS, *(name.rpartition(".")[0] for name in sorted(taken))]
    kind, ending = scene.rng.choice(lexicon.FILE_KINDS), scene.rng.choice(("", "", *lexicon.FILE_ENDINGS))
    return scene.one_of(name for stem in stems if (name := f"{stem}{ending}.{kind}") not in taken)


def colleagues(scene: Scene) -> list[str]:
    """Everybody who owns a deal or an account."""
    owners = [deal.owner for deal in scene.world.deals()] + [client.owner for client in scene.world.clients()]
    return sorted({owner for owner in owners if owner})


def _uploaded(scene: Scene, home: Home) -> None:
    rng, name = scene.rng, new_file_name(scene)
    details, by = dict[str, str](), ""
    if rng.random() < 0.45:
        details["uploaded_by"] = scene.one_of(colleagues(scene))
        by = rng.choice(phrases.UPLOADED_BY).format(person=details["uploaded_by"])
    scene.ask(phrases.UPLOAD, file=name, holder=scene.holder(home), by=by)
    if " it to it" in scene.said:
        raise Unfit
    scene.find(home)
    made = scene.create(
        "upload_document",
        Document("", home.entity, home.id, name, details.get("uploaded_by")),
        entity_type=home.entity,
        entity_id=home.id,
        file_name=name,
        **details,
    )
    scene.focus(made, home)
    scene.reply([done + "{file} has been attached." for done in CONFIRMED], file=name)


def _home(scene: Scene, document: Document) -> Home:
    kinds: dict[str, type[Deal] | type[Quote] | type[Client] | type[Contract]] = {
        kind.entity: kind for kind in (Deal, Quote, Client, Contract)
    }
    if not scene.world.holds(document.entity_id):
        raise Unfit
    return scene.world.get(kinds[document.entity_type], document.entity_id)


def _home_with_files(scene: Scene, least: int) -> tuple[Home, list[Document]]:
    """A record with at least that many files, and its files from the oldest to the newest."""
    homes: dict[str, list[Document]] = {}
    for document in scene.world.documents():
        homes.setdefault(document.entity_id, []).append(document)
    fitting = [files[0] for files in homes.values() if len(files) >= least]
    home = _home(scene, scene.pick(fitting))
    files = sorted(homes[home.id], key=lambda file: file.uploaded_at or "9")
    if sum(file.uploaded_at is None for file in files) > 1:
        raise Unfit
    return home, files


def _uploads(scene: Scene) -> tuple[str, list[Document]]:
    """Somebody who has uploaded something, and what."""
    person = scene.one_of(sorted({d.uploaded_by for d in scene.world.documents() if d.uploaded_by}))
    return person, [document for document in scene.world.documents() if document.uploaded_by == person]


def _nth(scene: Scene) -> tuple[str, Document]:
    """The first, second or last of the files that the previous turn put in order, and so has shown already."""
    if len(scene.ranked) < 2:
        raise Unfit
    places = {"first": 0, "second": 1, "last": len(scene.ranked) - 1}
    word = scene.rng.choice(sorted(places))
    try:
        document = scene.world.get(Document, scene.ranked[places[word]])
    except KeyError as error:
        raise Unfit from error
    scene.refer_to_last()
    return word, document


def _listed(scene: Scene, home: Home) -> None:
    """The reference way to the files of a record."""
    scene.find(home)
    scene.call("list_documents")
    scene.blur(Document)
    scene.focus(home)


def _looked_up(scene: Scene, document: Document) -> None:
    scene.call("list_documents")
    scene.focus(document)


def _told_uploader(scene: Scene, document: Document) -> None:
    scene.reply(
        ("{file} was uploaded by {person}.", "That was {person}."),
        (facts.name(document.uploaded_by or ""),),
        file=document.file_name,
        person=document.uploaded_by,
    )


def _told_day(scene: Scene, document: Document) -> None:
    day = (document.uploaded_at or "")[:10]
    scene.reply(
        ("{file} was uploaded on {day}.", "The upload date is {day}."),
        (facts.day(day),),
        file=document.file_name,
        day=long_date(date.fromisoformat(day)),
    )
