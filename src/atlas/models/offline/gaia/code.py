"""Code: a plan written as Python for a code agent, whose tools are functions and whose answer is a call."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from atlas.models.offline.gaia.plan import FilePlan
from atlas.models.offline.gaia.question import Clause, Reading
from atlas.models.offline.gaia.tables import Table

MARK = "=== "
"""What the first code prints before the beginning of each file, so that the student can tell them apart."""
SEEN_CHARACTERS = 900


def block(thought: str, code: str) -> str:
    """A step as a code agent gives it."""
    return f"Thought: {thought}\n<code>\n{code}\n</code>"


def looking(files: Sequence[str]) -> str:
    """Code that prints the beginning of each file, of a workbook that of each sheet."""
    lines = []
    for file in files:
        lines += [f"text = read_file(path={file!r})", f"print({MARK + file!r})"]
        if file.endswith(".xlsx"):
            lines += [
                'for part in text.split("## Sheet: ")[1:]:',
                f'    print("## Sheet: " + part[:{SEEN_CHARACTERS // 3}])',
            ]
        else:
            lines.append(f"print(text[:{SEEN_CHARACTERS}])")
    return "\n".join(lines)


def broken(code: str) -> str:
    """The same code with a bracket left out."""
    return code.replace(")", "", 1)


def answering(plan: FilePlan, saying: str = "{}") -> str:
    """Code that loads, joins, filters, computes and gives the final answer; `saying` is what is put around it."""
    return "\n".join((*_imports(plan), *_loading(plan), *_filtering(plan), *_acting(plan), *_ending(saying)))


def _imports(plan: FilePlan) -> Iterator[str]:
    if any(table.form == "json" for table in plan.tables):
        yield "import json"
    if any(table.form == "pdf" for table in plan.tables):
        yield "import re"
    if plan.reading.act == "days":
        yield "import datetime"
    if plan.reading.act == "median":
        yield "import statistics"


def _loading(plan: FilePlan) -> Iterator[str]:
    variables = ("rows", "others")
    for variable, table in zip(variables, plan.tables, strict=False):
        yield f"text = read_file(path={table.file!r})"
        yield from _parsing(variable, table)
    if plan.key is not None:
        mine, theirs = plan.key
        yield f"by_key = {{other[{theirs!r}]: other for other in others}}"
        yield "for row in rows:"
        yield f"    row.update(by_key[row[{mine!r}]])"


def _parsing(variable: str, table: Table) -> Iterator[str]:
    match table.form:
        case "json":
            yield "data = json.loads(text)"
            yield "if isinstance(data, dict):"
            yield "    data = [value for value in data.values() if isinstance(value, list)][0]"
            yield f"{variable} = data"
        case "txt":
            yield 'lines = [line for line in text.split("\\n") if "=" in line and not line.startswith("#")]'
            yield f'{variable} = [dict([part.split("=", 1) for part in line.split(" ")]) for line in lines]'
        case "pdf":
            yield 'cells = [re.split(r"\\s{2,}", line.strip()) for line in text.split("\\n")]'
            yield f"names = {list(table.names)!r}"
            yield "cells = [line for line in cells if len(line) == len(names) and line != names]"
            yield f"{variable} = [dict(zip(names, line)) for line in cells]"
        case _:
            if table.sheet is not None:
                heading = f"## Sheet: {table.sheet}\n"
                yield f'text = text.split({heading!r})[1].split("\\n## Sheet: ")[0]'
            separator = table.separator
            yield 'lines = [line for line in text.split("\\n") if line.strip() and not line.startswith("#")]'
            yield f"names = lines[0].split({separator!r})"
            yield f"{variable} = [dict(zip(names, line.split({separator!r}))) for line in lines[1:]]"
            yield f'{variable} = [row for row in {variable} if row[names[0]] != "TOTAL"]'


def _filtering(plan: FilePlan) -> Iterator[str]:
    tests = " and ".join(map(_test, plan.reading.clauses)) or "True"
    yield f"chosen = [row for row in rows if {tests}]"
    yield "print(len(rows), len(chosen))"


def _test(clause: Clause) -> str:
    cell, value = f"row[{clause.column!r}]", repr(clause.value)
    match clause.test:
        case "is":
            return f"{cell} == {value}"
        case "is not":
            return f"{cell} != {value}"
        case "above":
            return f"float({cell}) > {clause.value}"
        case "at least":
            return f"float({cell}) >= {clause.value}"
        case "below":
            return f"float({cell}) < {clause.value}"
        case "since":
            return f"{cell} >= {value}"
        case "before":
            return f"{cell} < {value}"
        case "between":
            return f"{value} <= {cell} <= {clause.until!r}"
        case "in month":
            return f"{cell}.startswith({value})"


def _acting(plan: FilePlan) -> Iterator[str]:
    lines = list(_act(plan.reading))
    yield from lines
    if plan.reading.act in ("list", "first"):
        order = "answer[::-1]" if plan.backwards else "answer"
        yield f'answer = ", ".join({order})'
    elif plan.reading.act in _NUMERIC:
        if plan.divisor != 1:
            yield f"value = value / {plan.divisor}"
        decimals = plan.reading.decimals
        yield 'answer = f"{value:g}"' if decimals is None else f'answer = f"{{value:.{decimals}f}}"'
    yield "print(answer)"


_NUMERIC = ("sum", "mean", "median", "count", "distinct", "product", "days", "percentage")


def _act(reading: Reading) -> Iterator[str]:
    first, second = (*reading.columns, "", "")[:2]
    values = f"[float(row[{first!r}]) for row in chosen]"
    match reading.act:
        case "sum":
            yield f"value = sum({values})"
        case "mean":
            yield f"value = sum({values}) / len(chosen)"
        case "median":
            yield f"value = statistics.median({values})"
        case "count":
            yield "value = len(chosen)"
        case "percentage":
            yield "value = 100 * len(chosen) / len(rows)"
        case "distinct":
            yield f"value = len(set([row[{first!r}] for row in chosen]))"
        case "product":
            yield f"value = sum([float(row[{first!r}]) * float(row[{second!r}]) for row in chosen])"
        case "days":
            yield f"starts = [datetime.date.fromisoformat(row[{first!r}]) for row in chosen]"
            yield f"ends = [datetime.date.fromisoformat(row[{second!r}]) for row in chosen]"
            yield "value = sum([(end - start).days for start, end in zip(starts, ends)]) / len(chosen)"
        case "highest" | "lowest":
            pick = "max" if reading.act == "highest" else "min"
            yield f"answer = {pick}(chosen, key=lambda row: float(row[{second!r}]))[{first!r}]"
        case "list":
            yield f"answer = sorted([row[{first!r}] for row in chosen])"
        case "first":
            yield f"ranked = sorted(chosen, key=lambda row: float(row[{second!r}]), reverse=True)"
            yield f"answer = [row[{first!r}] for row in ranked[:{reading.how_many}]]"
        case "top group" | "commonest":
            amount = f"float(row[{second!r}])" if reading.act == "top group" else "1"
            yield "totals = {}"
            yield "for row in chosen:"
            yield f"    totals[row[{first!r}]] = totals.get(row[{first!r}], 0) + {amount}"
            yield "answer = max(totals, key=lambda name: totals[name])"


def _ending(saying: str) -> Iterator[str]:
    yield "final_answer(answer)" if saying == "{}" else f"final_answer({saying!r}.format(answer))"
