"""Decorators: how a project says which class or function is its environment, and which its agent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, TypeAlias, TypeVar, overload

Role: TypeAlias = Literal["environment", "agent"]
Decorated = TypeVar("Decorated", bound=Callable[..., Any])


@overload
def environment(target: Decorated, /) -> Decorated: ...
@overload
def environment(*, name: str = "") -> Callable[[Decorated], Decorated]: ...
def environment(target: Decorated | None = None, /, *, name: str = "") -> Any:
    """Mark a class, or a function that makes one, as the project's environment; `name` is what people call it."""
    return _marked(target, "environment", name)


@overload
def agent(target: Decorated, /) -> Decorated: ...
@overload
def agent(*, name: str = "") -> Callable[[Decorated], Decorated]: ...
def agent(target: Decorated | None = None, /, *, name: str = "") -> Any:
    """Mark a class, or a function that makes one, as the project's agent; `name` is what people call it.

    A function with required parameters is itself the agent: it is asked for an action at every step.
    """
    return _marked(target, "agent", name)


def _marked(target: Decorated | None, role: Role, name: str) -> Any:
    def mark(marked: Decorated) -> Decorated:
        # Names of the public interface: other tools look for them.
        marked.__atlas_role__ = role  # type: ignore[attr-defined]
        marked.__atlas_label__ = name or getattr(marked, "__name__", role)  # type: ignore[attr-defined]
        return marked

    return mark if target is None else mark(target)
