from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from atlas.core.messages import Message
from atlas.errors import ConfigError, TokenizerError
from atlas.rollouts.tokens import loader
from atlas.rollouts.tokens.loader import load_tokenizer
from tests.rollouts.tokens.templates import CHATML, NOW, save

SAID = [Message("user", "u"), Message("assistant", "x")]


def test_the_template_is_taken_from_where_models_keep_it(tmp_path: Path) -> None:
    folder = save(tmp_path, "from the config", eos="<|im_end|>")
    for template in ([{"name": "default", "template": "a"}, {"name": "tool_use", "template": CHATML}], CHATML):
        config = {"chat_template": template, "eos_token": "<|im_end|>"}
        (folder / "tokenizer_config.json").write_text(json.dumps(config))
        tokenizer = load_tokenizer(str(folder), NOW)
        made = tokenizer.tokenise(SAID)
        assert (
            tokenizer.decode(made.ids.tokens)
            == "<|im_start|>user\nu<|im_end|>\n<|im_start|>assistant\nx<|im_end|>\n"
        )
    (folder / "chat_template.jinja").write_text("{{ bos_token }}{{ messages[1].content }}")
    (folder / "special_tokens_map.json").write_text(json.dumps({"bos_token": {"content": "<bos>"}}))
    tokenizer = load_tokenizer(str(folder), NOW)
    assert tokenizer.decode(tokenizer.tokenise(SAID).ids.tokens) == "<bos>x"
    assert load_tokenizer(str(folder / "tokenizer.json"), NOW).tokenise(SAID) == tokenizer.tokenise(SAID)


@pytest.mark.parametrize(
    ("file", "content", "sentence"),
    [
        ("tokenizer.json", "{", r"tokenizer.json of tokenizer .* cannot be used"),
        ("tokenizer.json", None, r"holds no tokenizer.json, so there is no tokenizer in it"),
        ("tokenizer_config.json", "[]", r"tokenizer_config.json of tokenizer .* is no JSON object"),
        ("tokenizer_config.json", "{}", "has no chat template; put one into chat_template.jinja"),
        ("chat_template.jinja", "{% if %}", "the chat template cannot be compiled"),
    ],
)
def test_a_file_that_is_wrong_is_named(tmp_path: Path, file: str, content: str | None, sentence: str) -> None:
    folder = save(tmp_path, CHATML)
    (folder / file).unlink(missing_ok=True)
    if content is not None:
        (folder / file).write_text(content)
    with pytest.raises(TokenizerError, match=sentence):
        load_tokenizer(str(folder), NOW)


def test_a_tokenizer_that_is_not_there_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(TokenizerError, match="no such folder, and no name of the Hugging Face hub"):
        load_tokenizer(str(tmp_path / "none"), NOW)

    def offline(*_: object, **__: object) -> str:
        raise OSError("the hub cannot be reached\nand so on")

    monkeypatch.setattr("huggingface_hub.hf_hub_download", offline)
    with pytest.raises(TokenizerError, match=r"from the Hugging Face hub \(the hub cannot be reached\)"):
        load_tokenizer("some/model", NOW)


def test_the_files_of_the_hub_are_taken_as_those_of_a_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from huggingface_hub.errors import LocalEntryNotFoundError

    folder = save(tmp_path, CHATML, eos="<|im_end|>")

    def download(name: str, file: str, **_: object) -> str:
        assert name == "some/model"
        if not (folder / file).exists():
            raise LocalEntryNotFoundError(f"{file} is not there")
        return str(folder / file)

    monkeypatch.setattr("huggingface_hub.hf_hub_download", download)
    assert load_tokenizer("some/model", NOW).tokenise(SAID).spans


@pytest.mark.parametrize(
    ("module", "sentence"),
    [("huggingface_hub", r"pip install 'atlas\[hub\]'"), ("tokenizers", r"pip install 'atlas\[rollouts\]'")],
)
def test_an_extra_that_is_not_installed_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: str, sentence: str
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    name = "some/model" if module == "huggingface_hub" else str(save(tmp_path, CHATML))
    with pytest.raises(ConfigError, match=sentence):
        loader.load_tokenizer(name, NOW)
