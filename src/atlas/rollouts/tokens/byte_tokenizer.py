"""The byte tokenizer: one token a byte, conversations as ChatML. For trials without a model's own tokenizer.

It needs no file and no hub and loses nothing, so that a trainer's plumbing can be tried. No model was trained on
it.
"""

from __future__ import annotations

from datetime import datetime

from atlas.errors import ConfigError
from atlas.rollouts.tokens.template import ChatTemplate
from atlas.rollouts.tokens.tokenizer import ChatTokenizer

NAME = "bytes"
START, END = "<|im_start|>", "<|im_end|>"
"""Their ids follow those of the bytes: 256 and 257."""
CHATML = """\
{%- if tools %}
    {{- '<|im_start|>tools\\n' + (tools | tojson) + '<|im_end|>\\n' }}
{%- endif %}
{%- for message in messages %}
    {{- '<|im_start|>' + message.role + '\\n' + message.content }}
    {%- for call in message.tool_calls or [] %}
        {{- '<tool_call>' + (call.function | tojson) + '</tool_call>' }}
    {%- endfor %}
    {{- '<|im_end|>\\n' }}
{%- endfor %}
{%- if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}
"""


def byte_tokenizer(now: datetime) -> ChatTokenizer:
    """The tokenizer. `now` is there for templates that write a date; this one writes none.

    Raises `ConfigError` where the extra is not installed.
    """
    try:
        from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
    except ImportError as error:
        raise ConfigError("tokenising needs an extra: pip install 'atlas[rollouts]'") from error

    def made(*, literal: bool) -> Tokenizer:
        # The alphabet stands for the 256 bytes; sorted, so that ids never change.
        alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
        tokenizer = Tokenizer(models.BPE(vocab={sign: at for at, sign in enumerate(alphabet)}, merges=[]))
        tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
        tokenizer.decoder = decoders.ByteLevel()
        tokenizer.add_special_tokens([AddedToken(START, special=True), AddedToken(END, special=True)])
        tokenizer.encode_special_tokens = literal
        return tokenizer

    return ChatTokenizer(made(literal=False), made(literal=True), ChatTemplate(CHATML, {}, now), END)
