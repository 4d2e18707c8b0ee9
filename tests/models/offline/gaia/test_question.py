"""Questions: what the student makes of each wording, given the headers of the files."""

from __future__ import annotations

import pytest

from atlas.models.offline.gaia.question import Clause, Task, read_question, task_in, wanted_files, wanted_sheets
from atlas.models.offline.gaia.tables import Table

MAIN = Table("a.csv", "csv", ("Order no", "Order date", "Return date", "Region", "Unit price", "Weight (kg)"))
OTHER = Table("b.json", "json", ("order_no", "net_amount"))


def test_the_task_in_a_message() -> None:
    text = "New task:\nHow many are there?\n\nAttached file: x.zip (unpacked already; see list_files)"
    assert task_in(text) == Task("How many are there?", ("x.zip",))
    assert task_in("a\n\nb?\nc\n\nAttached files: a.csv, b.txt\n") == Task("b?\nc", ("a.csv", "b.txt"))
    assert task_in(" Hello ") == Task("Hello", ())


def test_what_is_to_be_read() -> None:
    archive = Task("Use a.csv and b-2.json from the attached archive; they are linked by x. How?", ("x.zip",))
    assert wanted_files(archive) == ("a.csv", "b-2.json")
    assert wanted_files(Task("The attached file lists things. How many?", ("x.csv",))) == ("x.csv",)
    assert wanted_sheets(Task('Use the sheets "A b" and "C" of the attached workbook; x.', ())) == ("A b", "C")
    assert wanted_sheets(Task('Use the sheet "A" of it.', ())) == ("A",)


@pytest.mark.parametrize(
    ("question", "act", "columns"),
    [
        ("What is the total weight of the orders whose region is North?", "sum", ("Weight (kg)",)),
        ('Add up the "Weight (kg)" of all orders with North as "Region". The sum?', "sum", ("Weight (kg)",)),
        ("How many orders whose region is not North are there?", "count", ()),
        ("What unit price do the orders whose region is North have on average?", "mean", ("Unit price",)),
        ("Which region occurs most often among the orders whose unit price is above 3?", "commonest", ("Region",)),
        (
            "Group the orders whose unit price is below 3 by region: which region has the highest total weight?",
            "top group",
            ("Region", "Weight (kg)"),
        ),
        (
            "Rank the orders whose region is North by weight, highest first; give the order no of the first two.",
            "first",
            ("Order no", "Weight (kg)"),
        ),
        (
            "How many days pass on average from order date to return date for the orders whose region is North?",
            "days",
            ("Order date", "Return date"),
        ),
        ("Multiply weight by unit price for each of the orders whose region is X. What is the total?", "product",
         ("Weight (kg)", "Unit price")),
    ],
)  # fmt: skip
def test_acts(question: str, act: str, columns: tuple[str, ...]) -> None:
    reading = read_question(Task(question, ("a.csv",)), [MAIN, OTHER])
    assert reading is not None
    assert (reading.act, reading.columns) == (act, columns)
    assert len(reading.clauses) == 1


@pytest.mark.parametrize(
    ("said", "clause"),
    [
        ("whose region is North", Clause("Region", "is", "North")),
        ("whose region is anything but North", Clause("Region", "is not", "North")),
        ("with Elm Valley as region", Clause("Region", "is", "Elm Valley")),
        ("whose unit price is 12 or more", Clause("Unit price", "at least", "12")),
        ("whose unit price is less than 12.5", Clause("Unit price", "below", "12.5")),
        ("whose order date is 2026-01-05 or later", Clause("Order date", "since", "2026-01-05")),
        ("whose order date is earlier than 2026-01-05", Clause("Order date", "before", "2026-01-05")),
        ("whose order date falls into March 2026", Clause("Order date", "in month", "2026-03")),
        (
            "whose order date is between 2026-01-05 and 2026-02-05 (both days included)",
            Clause("Order date", "between", "2026-01-05", "2026-02-05"),
        ),
        ('whose "net_amount" is above 4', Clause("net_amount", "above", "4")),
    ],
)
def test_conditions(said: str, clause: Clause) -> None:
    reading = read_question(Task(f"How many orders {said} are there? Round to two decimals.", ()), [MAIN, OTHER])
    assert reading is not None
    assert reading.clauses == (clause,)
    assert reading.decimals == 2


def test_several_conditions_and_the_form_of_the_answer() -> None:
    text = (
        "What does the weight of the orders whose region is North and with A as order no and whose unit price is "
        "above 3 come to in all? The answer is wanted in tonnes. Give it with one decimal."
    )
    reading = read_question(Task(text, ()), [MAIN])
    assert reading is not None
    assert [clause.column for clause in reading.clauses] == ["Region", "Order no", "Unit price"]
    assert (reading.unit, reading.decimals, reading.act) == ("tonnes", 1, "sum")


@pytest.mark.parametrize(
    "text", ["Why?", "What is the total colour of the orders?", "How many orders whose mood is good are there?"]
)
def test_what_it_cannot_make_out(text: str) -> None:
    assert read_question(Task(text, ()), [MAIN]) is None
