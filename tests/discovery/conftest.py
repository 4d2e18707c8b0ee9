"""Fixtures of the tests of discovery."""

from __future__ import annotations

from tests.e2e.conftest import dataset

__all__ = ["dataset"]
