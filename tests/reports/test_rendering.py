from __future__ import annotations

import pytest
from jinja2 import UndefinedError

from atlas.reports.html import data_uri
from atlas.reports.rendering import rendered


def test_a_name_that_is_missing_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        rendered("page.html.j2", autoescape=True, filters=(data_uri,), page=object())
