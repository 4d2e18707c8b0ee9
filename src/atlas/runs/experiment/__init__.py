"""Experiments: what is planned, played, collected and reported to find out whether learning helps."""
