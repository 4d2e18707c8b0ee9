"""Intents: what a user can want in one turn, one module per theme."""
