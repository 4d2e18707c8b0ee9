"""What other projects' formats ask of a row, as JSON Schemas written from their documentation."""

from __future__ import annotations

from atlas.core.json import JsonObject


def closed(required: JsonObject, **optional: JsonObject) -> JsonObject:
    """An object of exactly these keys."""
    return {
        "type": "object",
        "properties": {**required, **optional},
        "required": sorted(required),
        "additionalProperties": False,
    }


def array(items: JsonObject, **more: int) -> JsonObject:
    return {"type": "array", "items": items, **more}


TEXT: JsonObject = {"type": "string"}
COUNT: JsonObject = {"type": "integer", "minimum": 0}
NUMBER: JsonObject = {"type": "number"}
OBJECT: JsonObject = {"type": "object"}
IDS = array({"type": "integer"})

FUNCTION = closed({"name": TEXT, "arguments": {"type": ["object", "string"]}})
TRL_MESSAGE = closed(
    {"role": {"enum": ["system", "user", "assistant", "tool"]}, "content": TEXT},
    tool_calls=array(closed({"type": {"const": "function"}, "function": FUNCTION}, id=TEXT), minItems=1),
    tool_call_id=TEXT,
    name=TEXT,
)
TRL_TOOL = closed(
    {"type": {"const": "function"}, "function": closed({"name": TEXT, "description": TEXT, "parameters": OBJECT})}
)
TRL_MESSAGES = {
    "type": "object",
    "properties": {"messages": array(TRL_MESSAGE, minItems=1), "tools": array(TRL_TOOL)},
    "required": ["messages"],
}
TRL_PREFERENCE = {
    "type": "object",
    "properties": {
        "prompt": array(TRL_MESSAGE),
        "chosen": array(TRL_MESSAGE, minItems=1),
        "rejected": array(TRL_MESSAGE, minItems=1),
        "tools": array(TRL_TOOL),
    },
    "required": ["prompt", "chosen", "rejected"],
}

ATIF_METRICS = closed(
    {}, prompt_tokens=COUNT, completion_tokens=COUNT, cached_tokens=COUNT, cost_usd=NUMBER, prompt_token_ids=IDS,
    completion_token_ids=IDS, logprobs=array(NUMBER), extra=OBJECT,
)  # fmt: skip
ATIF_STEP = closed(
    {
        "step_id": {"type": "integer", "minimum": 1},
        "source": {"enum": ["system", "user", "agent"]},
        "message": TEXT,
    },
    timestamp=TEXT,
    model_name=TEXT,
    reasoning_content=TEXT,
    tool_calls=array(
        closed({"tool_call_id": TEXT, "function_name": TEXT, "arguments": OBJECT}, extra=OBJECT), minItems=1
    ),
    observation=closed({"results": array(closed({}, source_call_id=TEXT, content=TEXT, extra=OBJECT))}),
    metrics=ATIF_METRICS,
    llm_call_count=COUNT,
    extra=OBJECT,
)
# Only a step of the agent may have what a model made.
ATIF_STEP["if"] = {"properties": {"source": {"enum": ["system", "user"]}}}
ATIF_STEP["then"] = {"not": {"anyOf": [{"required": [key]} for key in ("tool_calls", "metrics", "model_name")]}}
ATIF = closed(
    {
        "schema_version": {"const": "ATIF-v1.8"},
        "agent": closed({"name": TEXT, "version": TEXT}, model_name=TEXT, tool_definitions=array(TRL_TOOL)),
        "steps": array(ATIF_STEP, minItems=1),
    },
    session_id=TEXT,
    trajectory_id=TEXT,
    notes=TEXT,
    final_metrics=closed(
        {}, total_prompt_tokens=COUNT, total_completion_tokens=COUNT, total_cost_usd=NUMBER, total_steps=COUNT,
        extra=OBJECT,
    ),
    extra=OBJECT,
)  # fmt: skip

VERIFIERS_CALL = closed({"id": TEXT, "type": {"const": "function"}, "name": TEXT, "arguments": TEXT})
VERIFIERS_TOOL = closed({"type": TEXT, "name": TEXT, "description": TEXT, "parameters": OBJECT})
VERIFIERS_MESSAGE = {
    "oneOf": [
        closed({"role": {"enum": ["system", "user"]}, "content": TEXT}),
        closed({"role": {"const": "assistant"}, "content": TEXT}, tool_calls=array(VERIFIERS_CALL)),
        closed({"role": {"const": "tool"}, "content": TEXT, "tool_call_id": TEXT}),
    ]
}
VERIFIERS_NODE = closed(
    {
        "parent": {"type": ["integer", "null"]}, "message": VERIFIERS_MESSAGE, "sampled": {"type": "boolean"},
        "token_ids": IDS, "mask": array({"type": "boolean"}),
    },
    timestamp=NUMBER,
    tools=array(VERIFIERS_TOOL),
)  # fmt: skip
VERIFIERS = {
    "type": "object",
    "properties": {
        "version": {"const": 1},
        "id": TEXT,
        "verifiers": closed({"version": TEXT, "commit": {"type": ["string", "null"]}}),
        "task": {"type": "object", "required": ["type", "data"]},
        "agent": {"type": "object", "required": ["config"]},
        "nodes": array(VERIFIERS_NODE),
        "rewards": {"type": "object", "additionalProperties": closed({"score": NUMBER, "weight": NUMBER})},
        "metrics": {"type": "object", "additionalProperties": NUMBER},
        "errors": array(closed({"type": TEXT, "message": TEXT})),
        "ok": {"type": "boolean"},
        "timing": {"type": "object", "required": ["start"]},
        "extra_usage": array(
            closed({"prompt_tokens": COUNT, "completion_tokens": COUNT, "cost": {"type": ["number", "null"]}})
        ),
    },
    "required": ["version", "id", "task", "agent", "nodes", "rewards", "errors", "ok"],
}
