"""What a supervisor is told, and how its reply is read."""

import msgspec
import pytest

from atlas.core.messages import ModelRole
from atlas.errors import ModelReplyError
from atlas.runtime.asking import ask, instructions
from tests.worlds import ScriptedModel, saying


class Answer(msgspec.Struct):
    mark: int


@pytest.mark.parametrize("name", ["validate", "guide", "plan", "review_plan", "probe"])
def test_every_ask_ends_with_the_form_of_its_reply(name: str) -> None:
    assert "Answer with one JSON object" in instructions(name)
    own = instructions(name, "Be kind.")
    assert own.startswith("Be kind.\n\nAnswer with one JSON object")
    assert instructions(name, "First. {base_prompt}\nLast.").startswith(f"First. {instructions(name)[:40]}")


async def test_a_reply_is_json_in_its_form_or_an_error_of_the_role() -> None:
    model = ScriptedModel(lambda request: saying('{"mark": 3}'))
    assert (await ask(model, "teacher", "Rules", {"ask": "grade"}, Answer)).mark == 3
    (request,) = model.asked
    assert [message.content for message in request.messages] == ["Rules", '{"ask":"grade"}']
    assert request.json_object
    role: ModelRole = "probe"
    with pytest.raises(ModelReplyError, match="probe model scripted failed: the reply is not the JSON"):
        await ask(ScriptedModel(lambda request: saying("Three.")), role, "Rules", {}, Answer)
