"""Phrases: the wordings of every intent, apart from what the intents do."""
