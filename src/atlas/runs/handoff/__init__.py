"""The hand-off: what shows a customer an uplift, in one folder that proves itself."""
