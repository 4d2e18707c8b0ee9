"""The audit: what a file of conversations holds, what is wrong with it, and whether it makes a benchmark."""

from atlas.datasets.audit.audit import Audit, audit_file, audit_subjects
from atlas.datasets.audit.figures import Figures, data_card_figures
from atlas.datasets.audit.finding import Finding, Measure

__all__ = ["Audit", "Figures", "Finding", "Measure", "audit_file", "audit_subjects", "data_card_figures"]
