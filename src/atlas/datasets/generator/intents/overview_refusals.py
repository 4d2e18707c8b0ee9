"""Requests that a client be there, to be declined."""

from __future__ import annotations

from atlas.datasets.generator import facts, lexicon
from atlas.datasets.generator.intents.overview import new_client_name
from atlas.datasets.generator.intents.wording import named, spoken_value
from atlas.datasets.generator.phrases import overview as overview_phrases
from atlas.datasets.generator.phrases import overview_refusals as phrases
from atlas.datasets.generator.population import domain
from atlas.datasets.generator.reasons import BAD_EMAIL, lacking
from atlas.datasets.generator.records import CLIENT_STATUSES
from atlas.datasets.generator.scene import Scene


def ensure_nameless(scene: Scene) -> None:
    """missing_required_field: a client that is not there yet, and has no name."""
    email = f"{scene.rng.choice(lexicon.MAILBOXES)}@{domain(new_client_name(scene))}"
    status = scene.rng.choice(CLIENT_STATUSES)
    scene.ask(phrases.ENSURE_NAMELESS, email=email, status=spoken_value(scene.rng, status))
    scene.call("ensure_client", email=email, status=status)
    scene.focus(None)
    scene.refuse(
        "missing_required_field",
        (
            "No client has the e-mail {email}, and I created none: a name is required.",
            "I did not add a client for {email}, because a client needs a name.",
        ),
        lacking("name").plus(facts.text("name is unknown")),
        "'name'",
        email=email,
    )


def ensure_malformed(scene: Scene) -> None:
    """malformed_email, on a client that must exist."""
    rng, name = scene.rng, new_client_name(scene)
    status, box, host = rng.choice(CLIENT_STATUSES), rng.choice(lexicon.MAILBOXES), domain(name)
    email = rng.choice((f"{box}@", f"{box}@@{host}", f"@{host}", f"{box}@{host[:-4]}"))
    scene.ask(overview_phrases.ENSURE, name=named(rng, name), email=email, status=spoken_value(rng, status))
    scene.call("ensure_client", email=email, name=name, status=status)
    scene.focus(None)
    scene.refuse(
        "malformed_email",
        (
            "The text {email} is not a valid e-mail address, so nothing has changed.",
            "I changed nothing, because the e-mail {email} is malformed.",
        ),
        BAD_EMAIL,
        email=email,
        about=(facts.text(email),),
    )
