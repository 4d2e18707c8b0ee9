"""Shapes: an environment's tools as functions."""

from __future__ import annotations

from atlas.agents.code.shapes import TYPES, shapes_of, signature
from atlas.core.tools import ToolSpec
from atlas.environments.crm.environment import CrmEnvironment

SPEC = ToolSpec(
    "find",
    "Find things.",
    {
        "type": "object",
        "properties": {
            "limit": {"type": "integer", "minimum": 1},
            "status": {"enum": ["Open", "Won"], "description": "Which ones."},
            "name": {"type": "string"},
            "when": {"type": ["string", "null"]},
        },
        "required": ["name"],
    },
)


def test_required_arguments_come_first_and_the_rest_may_be_left_out() -> None:
    (shape,) = shapes_of([SPEC])
    assert signature(shape) == (
        "def find(name: string, limit: integer = None, status: any = None, when: any = None) -> any:\n"
        '    """Find things.\n\n    Args:\n        name: no description\n        limit: {"minimum":1}\n'
        '        status: Which ones. {"enum":["Open","Won"]}\n        when: no description\n    """'
    )


def test_every_tool_of_the_crm_has_a_shape() -> None:
    shapes = shapes_of(CrmEnvironment.specs)
    assert len(shapes) == len(CrmEnvironment.specs)
    assert {one.type for shape in shapes for one in shape.inputs} <= TYPES
    assert all(shape.name.isidentifier() for shape in shapes)
