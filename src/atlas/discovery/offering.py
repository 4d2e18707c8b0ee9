"""Offering: a project's function called with those of our values that its signature asks for."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

P = inspect.Parameter
_MISSING = object()


def call(function: Callable[..., Any], offered: Mapping[str, Any], in_order: tuple[Any, ...] = ()) -> Any:
    """Call `function` with each offered value whose name it has.

    Its other required parameters get the values of `in_order`. Raises `TypeError` naming the parameter for
    which there is nothing, and whatever the function raises.
    """
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):  # built in C, and silent about its parameters
        return function(*in_order)
    left = list(in_order)
    bound = signature.bind_partial()
    for parameter in signature.parameters.values():
        value = _value(parameter, offered, left)
        if value is not _MISSING:
            bound.arguments[parameter.name] = value
    return function(*bound.args, **bound.kwargs)


def requires(function: Callable[..., Any]) -> bool:
    """Whether `function` cannot be called with nothing."""
    parameters = inspect.signature(function).parameters.values()
    return any(p.default is P.empty and p.kind not in (P.VAR_POSITIONAL, P.VAR_KEYWORD) for p in parameters)


def _value(parameter: P, offered: Mapping[str, Any], left: list[Any]) -> Any:
    if parameter.kind is P.VAR_POSITIONAL:
        taken, left[:] = tuple(left), []
        return taken
    if parameter.kind is P.VAR_KEYWORD:
        return _MISSING
    if parameter.name in offered:
        return offered[parameter.name]
    if parameter.default is not P.empty:
        return _MISSING
    if left:
        return left.pop(0)
    raise TypeError(f"it asks for {parameter.name!r}, which Atlas does not know")
