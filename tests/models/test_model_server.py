from __future__ import annotations

import urllib.error
import urllib.request

import pytest

from atlas.core.json import JsonObject, dumps, loads_object
from tests.model_server import ModelServer, Reply, script


def post(server: ModelServer, body: JsonObject) -> JsonObject:
    request = urllib.request.Request(f"{server.url}/chat/completions", dumps(body).encode())
    with urllib.request.urlopen(request, timeout=10) as answer:
        return loads_object(answer.read())


def test_any_client_is_answered_from_another_thread() -> None:
    with ModelServer(lambda body: Reply(f"You said {body['messages'][0]['content']}.")) as server:
        answer = post(server, {"model": "m", "messages": [{"role": "user", "content": "hi"}]})
    assert answer["choices"][0]["message"] == {"role": "assistant", "content": "You said hi."}
    assert answer["usage"] == {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15}
    assert (answer["model"], server.requests[0]["model"]) == ("m", "m")


def test_a_script_repeats_its_last_reply() -> None:
    with ModelServer(script(Reply("one"), Reply("two"))) as server:
        said = [post(server, {})["choices"][0]["message"]["content"] for _ in range(3)]
    assert said == ["one", "two", "two"]


def test_a_handler_that_raises_fails_the_test() -> None:
    def use() -> None:
        with ModelServer(lambda body: Reply(body["missing"])) as server:
            with pytest.raises(urllib.error.HTTPError, match="500") as answer:
                post(server, {})
            answer.value.close()

    with pytest.raises(KeyError, match="missing"):
        use()
