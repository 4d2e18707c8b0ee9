"""Experiment reports: arms on the same tasks, what separates them, what it cost, and whether anything leaked."""
