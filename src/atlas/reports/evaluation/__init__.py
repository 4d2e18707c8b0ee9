"""Evaluations side by side: several agents, or several versions of one, on the same conversations."""
