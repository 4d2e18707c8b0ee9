"""Loading a tokenizer: the files of a folder, or of a repository on the Hugging Face hub."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from atlas.core.json import JsonObject, JsonValue, loads_object
from atlas.errors import ConfigError, TokenizerError
from atlas.rollouts.tokens.template import ChatTemplate
from atlas.rollouts.tokens.tokenizer import ChatTokenizer

if TYPE_CHECKING:
    from tokenizers import Tokenizer

TOKENIZER, CONFIG, TEMPLATE, SPECIALS = (
    "tokenizer.json",
    "tokenizer_config.json",
    "chat_template.jinja",
    "special_tokens_map.json",
)
_HUB_NAME = re.compile(r"[A-Za-z0-9][\w.-]*(/[\w.-]+)?")
_HUB_TIMEOUT_S = 10


def load_tokenizer(name: str, now: datetime) -> ChatTokenizer:
    """The tokenizer of a folder, or of that name on the hub. `now` is the date for templates that write one.

    A folder (its tokenizer.json names it too) holds tokenizer.json, and the chat template in chat_template.jinja or
    in tokenizer_config.json. Raises `TokenizerError` when something is not there or cannot be used, `ConfigError`
    where an extra is not installed.
    """
    path = Path(name).expanduser()
    folder = path.parent if path.name == TOKENIZER and path.is_file() else path
    files = _folder_files(folder) if folder.is_dir() else _hub_files(name)
    config = {**_json(files, SPECIALS, name), **_json(files, CONFIG, name)}
    variables = {key: _text(value) for key, value in config.items() if key.endswith("_token") and _text(value)}
    text = files[TOKENIZER].decode(errors="replace")
    template = ChatTemplate(_template(files, config, name), variables, now)
    return ChatTokenizer(
        _tokenizer(text, name, literal=False),
        _tokenizer(text, name, literal=True),
        template,
        variables.get("eos_token", ""),
    )


def _folder_files(folder: Path) -> dict[str, bytes]:
    files = {}
    for name in (TOKENIZER, CONFIG, TEMPLATE, SPECIALS):
        path = folder / name
        try:
            if path.is_file():
                files[name] = path.read_bytes()
        except OSError as error:
            raise TokenizerError(f"{path} cannot be read ({error.strerror})") from error
    if TOKENIZER not in files:
        raise TokenizerError(f"{folder} holds no {TOKENIZER}, so there is no tokenizer in it")
    return files


def _hub_files(name: str) -> dict[str, bytes]:
    if not _HUB_NAME.fullmatch(name):
        raise TokenizerError(f"tokenizer {name} is not there: no such folder, and no name of the Hugging Face hub")
    try:
        from huggingface_hub import hf_hub_download
        from huggingface_hub.errors import EntryNotFoundError, HfHubHTTPError, LocalEntryNotFoundError
    except ImportError as error:
        raise ConfigError(
            f"tokenizer {name} is no folder, and the hub needs an extra: pip install 'atlas[hub]'"
        ) from error
    files = {}
    for wanted in (TOKENIZER, CONFIG, TEMPLATE, SPECIALS):
        try:
            files[wanted] = Path(hf_hub_download(name, wanted, etag_timeout=_HUB_TIMEOUT_S)).read_bytes()
        except (LocalEntryNotFoundError, HfHubHTTPError, OSError, ValueError) as error:
            if isinstance(error, EntryNotFoundError) and wanted != TOKENIZER and files:
                continue
            raise TokenizerError(
                f"tokenizer {name} is neither a folder here nor could it be had from the Hugging Face hub "
                f"({_first_line(error)}); name a folder with {TOKENIZER}"
            ) from error
    return files


def _first_line(error: Exception) -> str:
    return str(error).strip().split("\n", 1)[0] or type(error).__name__


def _json(files: dict[str, bytes], wanted: str, name: str) -> JsonObject:
    if wanted not in files:
        return {}
    try:
        return loads_object(files[wanted])
    except ValueError as error:
        raise TokenizerError(f"{wanted} of tokenizer {name} is no JSON object ({error})") from error


def _template(files: dict[str, bytes], config: JsonObject, name: str) -> str:
    if TEMPLATE in files:
        return files[TEMPLATE].decode(errors="replace")
    template = config.get("chat_template")
    if isinstance(template, list):
        named = {each.get("name"): each.get("template") for each in template if isinstance(each, dict)}
        template = named.get("tool_use") or named.get("default")
    if not isinstance(template, str):
        raise TokenizerError(f"tokenizer {name} has no chat template; put one into {TEMPLATE} beside it")
    return template


def _text(value: JsonValue) -> str:
    """A special token, which is written as text or as an object that holds it."""
    if isinstance(value, dict):
        value = value.get("content")
    return value if isinstance(value, str) else ""


def _tokenizer(text: str, name: str, *, literal: bool) -> Tokenizer:
    try:
        from tokenizers import Tokenizer
    except ImportError as error:
        raise ConfigError("tokenising needs an extra: pip install 'atlas[rollouts]'") from error
    try:
        made = Tokenizer.from_str(text)
    # The library raises nothing more exact.
    except Exception as error:
        raise TokenizerError(f"{TOKENIZER} of tokenizer {name} cannot be used ({error})") from error
    made.no_truncation()
    made.no_padding()
    made.encode_special_tokens = literal
    return made
