"""Mutants: right conversations with one thing made wrong, which a grader must tell from right ones."""
