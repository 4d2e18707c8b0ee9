import pytest

from atlas.environments.crm.script import Statement, statements


def test_statements_and_their_lines() -> None:
    text = "-- a; comment\nSELECT 1;\n\n/* two\nlines; */ SELECT\n 2 ;;\nSELECT 3"
    assert statements(text) == [Statement("SELECT 1", 2), Statement("SELECT\n 2", 5), Statement("SELECT 3", 7)]


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT 'a;''b;'",
        "SELECT E'a\\';b'",
        'SELECT "a;""b"',
        "DO $$ BEGIN; END $$",
        "DO $x$ $$;$$ $x$",
        "SELECT $1 -- ;\n, 2",
        "SELECT 'a\n;\nb'",
        "SELECT 'it''s \\'",
        "SELECT 'é;😀'",
    ],
)
def test_what_is_quoted_is_not_parted(statement: str) -> None:
    assert statements(f"{statement};\nSELECT 2;")[0] == Statement(statement, 1)
    assert len(statements(f"{statement};\nSELECT 2;")) == 2


def test_begin_and_commit_around_the_whole_are_dropped() -> None:
    assert statements("begin;\nSELECT 1;\ncommit;") == [Statement("SELECT 1", 2)]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("SELECT 1;\nCOMMIT;\nSELECT 2;", "2: COMMIT would part the script"),
        ("BEGIN;\nSELECT 1;\nrollback;\nCOMMIT;", "3: ROLLBACK would part the script"),
        ("BEGIN;\nSELECT 1;", "1: BEGIN would part the script"),
        ("SELECT 1;\n\\connect other\nSELECT 2;", r"2: \\connect is a command of psql"),
        ("COPY clients (name)\nFROM stdin;\na\n\\.\n", "1: rows after COPY"),
        ("", "1: there is no SQL in it"),
        ("-- nothing\n;", "1: there is no SQL in it"),
        ("BEGIN; COMMIT;", "1: there is no SQL in it"),
    ],
)
def test_what_needs_psql_or_its_own_transaction_is_refused(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        statements(text)


def test_a_position_in_a_statement_is_a_line_in_the_script() -> None:
    statement = Statement("SELECT\n a,\n b", 10)
    assert [statement.line_at(position) for position in (1, 7, 8, 9, 13)] == [10, 10, 11, 11, 12]


def test_a_large_script_takes_time_in_proportion() -> None:
    """Twenty thousand statements, some megabytes: each is looked at once."""
    text = "INSERT INTO t VALUES ('" + "x" * 100 + "');\n"
    assert statements(text * 20_000)[-1].line == 20_000
