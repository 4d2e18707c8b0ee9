import pytest

from atlas import errors


def test_a_dataset_error_names_file_line_and_key() -> None:
    assert (
        str(errors.DatasetError("is missing", path="d.jsonl", line=3, key="turns"))
        == "d.jsonl:3: turns: is missing"
    )


def test_a_model_error_names_role_model_and_cause() -> None:
    error = errors.ModelTimeout("no reply within 60 s", model="gpt-4.1", attempts=3)
    error.role = "teacher"
    assert str(error) == "teacher model gpt-4.1 failed after 3 attempts: no reply within 60 s"


@pytest.mark.parametrize(
    ("kind", "code"),
    [(errors.ConfigError, 2), (errors.DatasetError, 2), (errors.StorageError, 1), (errors.ModelError, 1)],
)
def test_the_users_mistakes_exit_with_2_and_ours_with_1(kind: type[errors.AtlasError], code: int) -> None:
    assert kind.exit_code == code
