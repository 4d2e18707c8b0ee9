"""Refusals: turns that must be declined, and the reasons of the failure taxonomy they are declined for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from atlas.datasets.audit.finding import Check, Spot, Surroundings
from atlas.datasets.audit.subject import Subject, turns_of

CATEGORIES = (
    "amount_exceeds_max",
    "blank_string",
    "cross_entity_mismatch",
    "duplicate_unique_field",
    "enum_case_mismatch",
    "enum_whitespace",
    "extra_field",
    "invalid_date_format",
    "invalid_enum",
    "invalid_stage_transition",
    "malformed_email",
    "missing_file_extension",
    "missing_required_field",
    "modify_closed_opportunity",
    "negative_amount",
    "past_date",
    "probability_decimal",
    "probability_out_of_range",
    "type_mismatch",
    "unknown_field_update",
    "unknown_foreign_key",
    "unsafe_filename",
    "unsupported_file_extension",
    "zero_amount",
)
"""The failure taxonomy of the published benchmark, all 24."""


def _unnamed(subjects: Sequence[Subject], surroundings: Surroundings) -> Iterator[Spot]:
    for row, turn in turns_of(subjects):
        if not turn.succeeds and turn.category not in CATEGORIES:
            yield Spot(row.line, turn.number, f"fails for {turn.category!r}, which is not in the failure taxonomy")


UNNAMED = Check("failure outside the taxonomy", "defect", _unnamed)
