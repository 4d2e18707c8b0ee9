"""Telemetry: what is happening while a run runs, on the screen and in a log."""
