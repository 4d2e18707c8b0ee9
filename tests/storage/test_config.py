"""Block `storage`: its defaults, and what it refuses."""

import pytest
from pydantic import ValidationError

from atlas.storage.config import StorageConfig


def test_defaults_are_those_of_the_runbook() -> None:
    config = StorageConfig()
    assert config.database_url is None
    assert (config.min_connections, config.max_connections, config.statement_timeout_seconds) == (1, 5, 30)
    assert config.apply_schema_on_connect


@pytest.mark.parametrize(
    "values",
    [{"min_connections": 6}, {"max_connections": 0}, {"statement_timeout_seconds": 0}, {"databse_url": ""}],
)
def test_refused(values: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        StorageConfig.model_validate(values)


def test_the_url_is_a_secret() -> None:
    assert "hunter2" not in repr(StorageConfig(database_url="postgresql://me:hunter2@host/db"))
