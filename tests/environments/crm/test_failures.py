import psycopg
import pytest

from atlas.environments.crm.failures import failure


@pytest.mark.parametrize(
    ("error", "advice"),
    [
        (psycopg.errors.TooManyConnections("sorry,\n too many"), "use fewer sessions at once"),
        (psycopg.errors.InsufficientPrivilege("denied"), "let the role own the database"),
        (psycopg.errors.LockNotAvailable("timeout"), "somebody holds the tables"),
    ],
)
def test_what_to_do_is_said_where_it_is_known(error: psycopg.Error, advice: str) -> None:
    assert advice in str(failure("read", "postgresql://u:secret@h/crm", error))


def test_place_and_cause_are_named_without_the_password() -> None:
    sentence = str(failure("read", "postgresql://u:secret@h/crm", psycopg.OperationalError("gone\n  away")))
    assert sentence == "cannot read the CRM database crm at h:5432: gone away"
